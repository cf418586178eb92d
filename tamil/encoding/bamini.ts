import { isIllFormed, repairSequences } from './sequences.ts';
import { reorder } from './visual-order.ts';

/** What the keys of the Bamini font show. Signs that are drawn before their consonant are typed before it. */
const KEYS = new Map(
  [
    ...'m=அ M=ஆ ,=இ <=ஈ c=உ C=ஊ v=எ V=ஏ I=ஐ x=ஒ X=ஓ /=ஃ f=க q=ங r=ச Q=ஞ l=ட z=ண j=த e=ந g=ப k=ம a=ய u=ர y=ல t=வ o=ழ s=ள w=ற d=ன'.split(
      ' ',
    ),
    ...'[=ஜ \\=ஷ ]=ஸ `=ஹ h=ா p=ி P=ீ n=ெ N=ே i=ை ;=் b=டி B=டீ F=கு R=சு L=டு Z=ணு J=து E=நு G=பு K=மு A=யு U=ரு Y=லு T=வு O=ழு S=ளு'.split(
      ' ',
    ),
    ...'W=று D=னு $=கூ #=சூ ^=டூ %=மூ &=ரூ *=ழூ >=,'.split(' '),
  ].map((pair) => [pair.slice(0, 1), pair.slice(2)] as const),
);

/** `J}` is தூ, `G+` is பூ, `xs` is ஔ. */
const convert = (typed: string): string => {
  let out = '';
  for (let i = 0; i < typed.length; i++) {
    const key = typed[i] ?? '';
    const shown = KEYS.get(key) ?? key;
    // The sign ா looks like ர, and stands for it before another sign: nghpa is பெரிய.
    if (key === 'h' && /[pP;]/.test(typed[i + 1] ?? '')) out += 'ர';
    else if ((key === '}' || key === '+') && out.endsWith('ு')) out = `${out.slice(0, -1)}ூ`;
    else if (key === 's' && typed[i - 1] === 'x') out = `${out.slice(0, -1)}ஔ`;
    else out += shown;
  }
  return repairSequences(reorder(out), () => false);
};

/** Tamil that a reader could take for words: no sign without its letter, no vowel inside, no beginning that Tamil has not. */
const isPlausible = (word: string): boolean =>
  /^[\u0b80-\u0bff0-9.,?!()'":-]+$/.test(word) &&
  !isIllFormed(word.replace(/[^\u0b80-\u0bff]/g, '')) &&
  !/[\u0b95-\u0bcd][அ-ஔ]|்[\u0b95-\u0bb9]்[\u0b95-\u0bb9]்|^[ணனறழள]|^.்/u.test(word);

export interface Converted {
  readonly start: number;
  readonly end: number;
  readonly to: string;
}

/** Fewer words than this, or shorter ones, may be anything. */
const FEWEST = 2;
const SHORTEST = 8;
/** Shares of the words of a line: with a pulli inside, which prose and code in Latin letters have not; that make Tamil. */
const WITH_PULLI_INSIDE = 0.25;
const PLAUSIBLE = 0.9;

/** Finds lines that were typed in the Bamini font: `jkpo; ehl;L kf;fs;` for தமிழ் நாட்டு மக்கள். */
export const findBamini = (text: string): Converted[] => {
  if (!/[A-Za-z];[A-Za-z]/.test(text)) return [];
  const found: Converted[] = [];
  for (const { 0: line, index } of text.matchAll(/[^\n]+/g)) {
    const words = [...line.matchAll(/[!-~]+/g)].filter(({ 0: word }) => /[A-Za-z]/.test(word));
    const length = words.reduce((sum, { 0: word }) => sum + word.length, 0);
    if (words.length < FEWEST || length < SHORTEST || /[\u0b80-\u0bff]/.test(line)) continue;
    const share = (test: (word: string) => boolean): number =>
      words.filter(({ 0: word }) => test(word)).length / words.length;
    if (share((word) => /[A-Za-z];[A-Za-z]/.test(word)) < WITH_PULLI_INSIDE) continue;
    if (share((word) => isPlausible(convert(word))) < PLAUSIBLE) continue;
    const to = line.replace(/[!-~]+/g, (word) => (/[A-Za-z]/.test(word) ? convert(word) : word));
    const start = index + line.length - line.trimStart().length;
    found.push({ start, end: index + line.trimEnd().length, to: to.trim() });
  }
  return found;
};
