import { isListed, isRight, LEXICON } from '../../lexicon/rules-lexicon.ts';
import { letterCount, PULLI_SIGN } from '../../text/letters.ts';
import type { Word } from '../../text/tokenize.ts';
import type { Change, RuleFacts } from '../finding.ts';
import { hasLoanLetters, looksForeign } from '../loan.ts';

const fact = (id: string, reason: string): RuleFacts => ({
  id: `cluster/${id}`,
  type: 'spelling',
  severity: 'high',
  certain: false,
  reason,
  source: 'நன்னூல், எழுத்தியல்: முதனிலை',
});

const INITIAL = fact('initial', 'ண, ள, ற, ன என்னும் எழுத்துகள் தமிழ்ச் சொல்லின் முதலில் வாரா');
const GLIDE = fact('glide', 'உ, ஊ, ஒ, ஓ ஆகிய உயிர்களோடு வகரமும், எ, ஏ ஆகிய உயிர்களோடு யகரமும் சொல்லின் முதலில் வாரா');

export const INITIAL_FACTS: readonly RuleFacts[] = [INITIAL, GLIDE];

const INITIALS = new Map([
  ['ண', 'ந'],
  ['ன', 'ந'],
  ['ற', 'ர'],
  ['ள', 'ல'],
]);

/** Words that took on the glide of speech, by their beginning. */
const GLIDES: readonly (readonly [string, string])[] = [
  ...'உண்டு உண்டா உண்ண உடல் உடம்பு உலக உயிர் உரிமை உதவி உள்ள உறவு உண்மை உணவு'
    .split(' ')
    .map((right) => [`வு${right.slice(1)}`, right] as const),
  ...(['ஊர்', 'ஊதிய'] as const).map((right) => [`வூ${right.slice(1)}`, right] as const),
  ...(['ஒன்று', 'ஒரு', 'ஒளி', 'ஒலி'] as const).map((right) => [`வொ${right.slice(1)}`, right] as const),
  ...'என்ன எப்ப எல்லா எங்க எந்த எவ்வள எழுத எடு'.split(' ').map((right) => [`யெ${right.slice(1)}`, right] as const),
];

/** Verse divides words by its feet: என் றவர், பொன் னாடு. */
const isMetricalSplit = ({ form }: Word, before: Word | undefined): boolean =>
  /[றன]்$/u.test(before?.raw ?? '')
    ? 'றன'.includes(form[0] ?? '')
    : before?.raw.endsWith(`${form[0]}்`) === true;

/** Letters that no Tamil word begins with. */
export const initialChange = (word: Word, before?: Word): Change | undefined => {
  if (letterCount(word.form) < 3 || word.attached || word.named || isListed(word.form)) return undefined;
  if (hasLoanLetters(word.form) || isMetricalSplit(word, before)) return undefined;
  return (isRight(word.form) ? undefined : wrongInitial(word.form)) ?? wrongGlide(word.form, before);
};

const wrongInitial = (form: string): Change | undefined => {
  const right = INITIALS.get(form[0] ?? '');
  // ணகரம், றகரம் are the names of those letters.
  if (right === undefined || form[1] === PULLI_SIGN || form.startsWith('கர', 1) || looksForeign(form))
    return undefined;
  const to = right + form.slice(1);
  // In Sri Lanka ற begins loans: றோஸ், றப்பர்.
  return form[0] === 'ற' && !LEXICON.isKnownForm(to) ? undefined : { rule: INITIAL, to };
};

const wrongGlide = (form: string, before: Word | undefined): Change | undefined => {
  if ((form[0] !== 'வ' && form[0] !== 'ய') || isOldJoint(form, before)) return undefined;
  const glide = GLIDES.find(([wrong]) => form.startsWith(wrong));
  return glide === undefined ? undefined : { rule: GLIDE, to: glide[1] + form.slice(glide[0].length) };
};

/** இப்படி யெல்லாம்: older print writes the glide that joins two words at the head of the second. */
const isOldJoint = (form: string, before: Word | undefined): boolean =>
  (form[0] === 'ய' ? /[ிீேை]$/u : /[ாுூோக-ஹ]$/u).test(before?.form ?? '');
