import { isRight, LEXICON, onlyKnown } from '../../lexicon/rules-lexicon.ts';
import { CONSONANT, classOf, letterCount, PULLI_SIGN } from '../../text/letters.ts';
import type { Word } from '../../text/tokenize.ts';
import { readWords } from '../../words/lists.ts';
import type { Change, RuleFacts } from '../finding.ts';
import { hasLoanLetters } from '../loan.ts';

const fact = (id: string, certain: boolean, reason: string, source: string): RuleFacts => ({
  id: `cluster/${id}`,
  type: 'spelling',
  severity: 'high',
  certain,
  reason,
  source,
});

const AFTER_R = fact(
  'after-hard',
  true,
  'ற் என்னும் மெய்க்குப் பின் மற்றொரு மெய் இரட்டித்து வராது',
  'நன்னூல் 113: ட ற முன் க ச ப மெய்யுடன் மயங்கும்',
);
const AFTER_T = fact(
  'after-hard-t',
  false,
  'ட் என்னும் மெய்க்குப் பின் மற்றொரு மெய் இரட்டித்து வராது',
  'நன்னூல் 113: ட ற முன் க ச ப மெய்யுடன் மயங்கும்',
);
const NASAL = fact(
  'nasal',
  false,
  'இங்கு வல்லின எழுத்துக்கு முன் அதன் இன மெல்லினமே வர வேண்டும்: ங்க, ஞ்ச, ண்ட, ந்த, ம்ப, ன்ற',
  'நன்னூல், எழுத்தியல்: இடைநிலை மயக்கம்',
);
const TRIPLE = fact('triple', false, 'ஒரே மெய் மூன்று முறை தொடர்ந்து வராது', 'நன்னூல், எழுத்தியல்: இடைநிலை மயக்கம்');
const PAIR = fact(
  'pair',
  false,
  'ன்ண, ண்ன, ல்ள, ற்ர என்னும் இணைகள் தமிழ்ச் சொல்லுக்குள் வாரா',
  'நன்னூல், எழுத்தியல்: இடைநிலை மயக்கம்',
);
const DENTAL = fact(
  'dental',
  false,
  'ற் என்னும் மெய்க்குப் பின் த, ந ஆகிய எழுத்துகள் வாரா',
  'நன்னூல், எழுத்தியல்: இடைநிலை மயக்கம்',
);
export const CLUSTER_FACTS: readonly RuleFacts[] = [AFTER_R, AFTER_T, NASAL, TRIPLE, PAIR, DENTAL];

/** Stems that tell a Tamil word with ண்ட from an English loan. */
const ND_STEMS = readWords('spelling/nd-stems');

/** Corrections of two letters that cannot stand side by side, first letter with pulli. Loans with these pairs are not known. */
const NASAL_PAIRS = new Map([
  ['ந்ட', 'ண்ட'],
  ['ந்ற', 'ன்ற'],
  ['ந்க', 'ங்க'],
  ['ந்ச', 'ஞ்ச'],
  ['ண்ற', 'ன்ற'],
  ['ங்ச', 'ஞ்ச'],
  ['ஞ்க', 'ங்க'],
  ['ஞ்த', 'ந்த'],
]);

/** ர் written as ற் before a dental, where ற் cannot stand: சேற்ந்த, பாற்த்த. */
const R_BEFORE_DENTAL = new Set(['ற்ந', 'ற்த']);

/** Two letters of one class side by side, with what they may have been meant for. The first is taken where none makes a known word. */
const LIKE_PAIRS = new Map([
  ['ன்ண', ['ண்ண', 'ன்ன']],
  ['ண்ன', ['ண்ண', 'ன்ன']],
  ['ல்ள', ['ள்ள', 'ல்ல']],
  ['ற்ர', ['ற்ற']],
]);

/** The same, of pairs that loans and joints have as well: only a known word is taken. */
const RARE_PAIRS = new Map([
  ['ள்ல', ['ள்ள', 'ல்ல']],
  ['ன்ர', ['ன்ற']],
  ['ற்த', ['ர்த்த', 'ர்த']],
  ['ற்ந', ['ர்ந']],
]);

/** Clusters that Tamil does not have, one correction a word. */
export const clusterChange = (word: Word): Change | undefined => {
  const { form } = word;
  if (letterCount(form) < 3 || word.attached || word.named || isRight(form)) return undefined;
  for (let at = form.indexOf(PULLI_SIGN); at > 0; at = form.indexOf(PULLI_SIGN, at + 1)) {
    const change = clusterAt(form, at);
    if (change !== undefined) return change;
  }
  return undefined;
};

const clusterAt = (form: string, pulli: number): Change | undefined => {
  const first = form[pulli - 1] ?? '';
  const second = form[pulli + 1] ?? '';
  if (classOf(second.charCodeAt(0)) !== CONSONANT) return undefined;
  const doubled = form[pulli + 2] === PULLI_SIGN && form[pulli + 3] === second;
  const without = form.slice(0, pulli + 1) + form.slice(pulli + 3);
  // -வர்க்கு is the dative of people: இல்லாதவற்க்கு is இல்லாதவர்க்கு, where -ற்கு would be another word.
  if (doubled && first === 'ற' && second === 'க' && form[pulli - 2] === 'வ') {
    return { rule: AFTER_R, to: `${form.slice(0, pulli - 1)}ர${form.slice(pulli)}` };
  }
  if (R_BEFORE_DENTAL.has(`${first}${PULLI_SIGN}${second}`) && form[pulli + 2] === PULLI_SIGN) {
    return { rule: DENTAL, to: `${form.slice(0, pulli - 1)}ர${form.slice(pulli)}` };
  }
  if (first === second && doubled) {
    const to = form.slice(0, pulli - 1) + form.slice(pulli + 1);
    return isDrawnOut(form, pulli) && !LEXICON.isKnownForm(to) ? undefined : { rule: TRIPLE, to };
  }
  if (doubled && first === 'ற' && 'கசதப'.includes(second)) return { rule: AFTER_R, to: without };
  if (doubled && first === 'ட' && isHardAfterT(form, pulli, second)) return { rule: AFTER_T, to: without };
  if (hasLoanLetters(form) || form.startsWith('ட')) return undefined;
  const pair = `${first}${PULLI_SIGN}${second}`;
  const replaced = (right: string): string => form.slice(0, pulli - 1) + right + form.slice(pulli + 2);
  const nasal = NASAL_PAIRS.get(pair);
  if (nasal !== undefined && form[pulli + 2] !== PULLI_SIGN && !NOT_NASAL.test(form))
    return { rule: NASAL, to: replaced(nasal) };
  if (pair === 'ன்ட' && form[pulli + 2] !== PULLI_SIGN) {
    const to = replaced('ண்ட');
    return ND_STEMS.some((stem) => to.startsWith(stem) || (stem.length > 4 && to.includes(stem)))
      ? { rule: NASAL, to }
      : undefined;
  }
  if (form[pulli + 2] === PULLI_SIGN) return undefined;
  const like = LIKE_PAIRS.get(pair);
  const known = onlyKnown((like ?? RARE_PAIRS.get(pair) ?? []).map(replaced));
  const to = known ?? (like?.[0] === undefined ? undefined : replaced(like[0]));
  return to === undefined ? undefined : { rule: PAIR, to };
};

/** கிர்ர்ர், எவ்வ்வ்ளோ: a sound drawn out on purpose, which a stop cannot be. */
const isDrawnOut = (form: string, pulli: number): boolean =>
  !'கசடதபற'.includes(form[pulli - 1] ?? '') || form[pulli + 4] === PULLI_SIGN || form.length === pulli + 4;

/** கண்றாவி is a word; பண்றான், திண்றான் are spoken forms of பண்ணுகிறான், which ன்ற would not mend. */
const NOT_NASAL = /கண்றாவி|^(?:பண்ற|திண்ற|உண்ற)/;

/** ட்க்கு and ட்ச்சை are how loans in ட் and ட்ச் take their endings (மார்க்கெட்க்கு, சுவிட்ச்சை). */
const isHardAfterT = (form: string, pulli: number, second: string): boolean => {
  const vowel = form[pulli + 4] ?? '';
  if (second === 'க') return vowel !== 'ு';
  return second === 'ப' || (second === 'ச' && vowel === 'ி');
};
