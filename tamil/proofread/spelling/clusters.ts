import { CONSONANT, classOf, letterCount, PULLI_SIGN } from '../../text/letters.ts';
import type { Word } from '../../text/tokenize.ts';
import { readWords } from '../../words/lists.ts';
import type { Change, RuleFacts } from '../finding.ts';

const fact = (id: string, certain: boolean, reason: string, source: string): RuleFacts => ({
  id: `cluster/${id}`,
  type: 'spelling',
  severity: 'high',
  certain,
  reason,
  source,
});

const AFTER_T_R = fact(
  'after-hard',
  true,
  'ட், ற் என்னும் மெய்களுக்குப் பின் மற்றொரு மெய் இரட்டித்து வராது',
  'நன்னூல் 113: ட ற முன் க ச ப மெய்யுடன் மயங்கும்',
);
const NASAL = fact(
  'nasal',
  true,
  'இங்கு வல்லின எழுத்துக்கு முன் அதன் இன மெல்லினமே வர வேண்டும்: ங்க, ஞ்ச, ண்ட, ந்த, ம்ப, ன்ற',
  'நன்னூல், எழுத்தியல்: இடைநிலை மயக்கம்',
);
const TRIPLE = fact('triple', true, 'ஒரே மெய் மூன்று முறை தொடர்ந்து வராது', 'நன்னூல், எழுத்தியல்: இடைநிலை மயக்கம்');
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
const INITIAL = fact(
  'initial',
  false,
  'ண, ள, ற, ன என்னும் எழுத்துகள் தமிழ்ச் சொல்லின் முதலில் வாரா',
  'நன்னூல், எழுத்தியல்: முதனிலை',
);
const GLIDE = fact(
  'glide',
  false,
  'உ, ஊ, ஒ, ஓ ஆகிய உயிர்களோடு வகரமும், எ, ஏ ஆகிய உயிர்களோடு யகரமும் சொல்லின் முதலில் வாரா',
  'நன்னூல், எழுத்தியல்: முதனிலை',
);

export const CLUSTER_FACTS: readonly RuleFacts[] = [AFTER_T_R, NASAL, TRIPLE, PAIR, DENTAL, INITIAL, GLIDE];

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
  ['ங்த', 'ந்த'],
  ['ஞ்க', 'ங்க'],
  ['ஞ்த', 'ந்த'],
]);

/** ர் written as ற் before a dental, where ற் cannot stand: சேற்ந்த, பாற்த்த. */
const R_BEFORE_DENTAL = new Set(['ற்ந', 'ற்த']);

const LIKE_PAIRS = new Map([
  ['ன்ண', 'ண்ண'],
  ['ண்ன', 'ண்ண'],
  ['ல்ள', 'ள்ள'],
  ['ற்ர', 'ற்ற'],
]);

const INITIALS = new Map([
  ['ண', 'ந'],
  ['ன', 'ந'],
  ['ற', 'ர'],
  ['ள', 'ல'],
]);

/** Words that took on the glide of speech, by their beginning. */
const GLIDES: readonly (readonly [string, string])[] = [
  ...'உண் உடல் உடம்பு உலக உயிர் உரிமை உதவி உள்ள உறவு உண்மை உணவு'
    .split(' ')
    .map((right) => [`வு${right.slice(1)}`, right] as const),
  ...(['ஊர்', 'ஊதிய'] as const).map((right) => [`வூ${right.slice(1)}`, right] as const),
  ...(['ஒன்று', 'ஒரு', 'ஒளி', 'ஒலி'] as const).map((right) => [`வொ${right.slice(1)}`, right] as const),
  ...'என்ன எப்ப எல்லா எங்க எந்த எவ்வள எழுத எடு'.split(' ').map((right) => [`யெ${right.slice(1)}`, right] as const),
];

/** Clusters and initials that Tamil does not have, one correction a word. */
export const clusterChange = (word: Word, before?: Word): Change | undefined => {
  const { form } = word;
  if (letterCount(form) < 3 || word.attached) return undefined;
  for (let at = form.indexOf(PULLI_SIGN); at > 0; at = form.indexOf(PULLI_SIGN, at + 1)) {
    const change = clusterAt(form, at);
    if (change !== undefined) return change;
  }
  return isMetricalSplit(word, before) ? undefined : initialChange(word);
};

/** Verse divides words by its feet: என் றவர், பொன் னாடு. */
const isMetricalSplit = ({ form }: Word, before: Word | undefined): boolean =>
  /[றன]்$/u.test(before?.raw ?? '')
    ? 'றன'.includes(form[0] ?? '')
    : before?.raw.endsWith(`${form[0]}்`) === true;

const clusterAt = (form: string, pulli: number): Change | undefined => {
  const first = form[pulli - 1] ?? '';
  const second = form[pulli + 1] ?? '';
  if (classOf(second.charCodeAt(0)) !== CONSONANT) return undefined;
  const doubled = form[pulli + 2] === PULLI_SIGN && form[pulli + 3] === second;
  const without = form.slice(0, pulli + 1) + form.slice(pulli + 3);
  // -வர்க்கு is the dative of people: இல்லாதவற்க்கு is இல்லாதவர்க்கு, where -ற்கு would be another word.
  if (doubled && first === 'ற' && second === 'க' && form[pulli - 2] === 'வ') {
    return { rule: AFTER_T_R, to: `${form.slice(0, pulli - 1)}ர${form.slice(pulli)}` };
  }
  if (R_BEFORE_DENTAL.has(`${first}${PULLI_SIGN}${second}`) && form[pulli + 2] === PULLI_SIGN) {
    return { rule: DENTAL, to: `${form.slice(0, pulli - 1)}ர${form.slice(pulli)}` };
  }
  if (first === second && doubled)
    return { rule: TRIPLE, to: form.slice(0, pulli - 1) + form.slice(pulli + 1) };
  if (
    doubled &&
    ((first === 'ற' && 'கசதப'.includes(second)) || (first === 'ட' && isHardAfterT(form, pulli, second)))
  ) {
    return { rule: AFTER_T_R, to: without };
  }
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
  const like = LIKE_PAIRS.get(pair);
  return like === undefined || form[pulli + 2] === PULLI_SIGN
    ? undefined
    : { rule: PAIR, to: replaced(like) };
};

/** கண்றாவி is a word; பண்றான், திண்றான் are spoken forms of பண்ணுகிறான், which ன்ற would not mend. */
const NOT_NASAL = /கண்றாவி|^(?:பண்ற|திண்ற|உண்ற)/;

/** ட்க்கு and ட்ச்சை are how loans in ட் and ட்ச் take their endings (மார்க்கெட்க்கு, சுவிட்ச்சை). */
const isHardAfterT = (form: string, pulli: number, second: string): boolean => {
  const vowel = form[pulli + 4] ?? '';
  if (second === 'க') return vowel !== 'ு';
  return second === 'ப' || (second === 'ச' && vowel === 'ி');
};

const initialChange = (word: Word): Change | undefined => {
  const { form } = word;
  const right = INITIALS.get(form[0] ?? '');
  // ணகரம், றகரம் are the names of those letters.
  if (
    right !== undefined &&
    form[1] !== PULLI_SIGN &&
    !form.startsWith('கர', 1) &&
    letterCount(form) > (form[0] === 'ற' ? 3 : 2)
  ) {
    return { rule: INITIAL, to: right + form.slice(1) };
  }
  if (form[0] !== 'வ' && form[0] !== 'ய') return undefined;
  const glide = GLIDES.find(([wrong]) => form.startsWith(wrong));
  return glide === undefined ? undefined : { rule: GLIDE, to: glide[1] + form.slice(glide[0].length) };
};
