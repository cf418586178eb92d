import { isListed, isRight } from '../../lexicon/rules-lexicon.ts';
import { withoutSandhi } from '../../lexicon/stem-lexicon.ts';
import type { Word } from '../../text/tokenize.ts';
import { readWords } from '../../words/lists.ts';
import type { Change, RuleFacts } from '../finding.ts';
import { confusions } from './confusion.ts';
import { compileMisspellings } from './misspellings.ts';
import { mendShape } from './shapes.ts';

const fact = (id: string, reason: string, source: string): RuleFacts => ({
  id: `spelling/${id}`,
  type: 'spelling',
  severity: 'high',
  certain: false,
  reason,
  source,
});

const DICTIONARY = 'சென்னைப் பல்கலைக்கழகத் தமிழ்ப் பேரகராதி';

const MADE = confusions();
/** Both forms are right to many: the school books' one is told as style. */
const USAGE: RuleFacts = {
  ...fact('usage', 'இச்சொல்லின் இரு வடிவங்களும் வழக்கில் உள்ளன; பாடநூல்கள் இவ்வடிவத்தையே கொள்கின்றன', 'தமிழ்நாட்டுப் பாடநூல்'),
  type: 'style',
  severity: 'low',
};

/** Words listed as wrong, though the lexicon's grammar makes some of them: முன்னூறு, of முன் and நூறு. */
const WRONG = new Set<string>();

const list = (name: string, made: readonly string[] = []) => {
  const pairs = readWords(`spelling/${name}`);
  for (const pair of pairs) WRONG.add(pair.slice(0, pair.indexOf(' ')));
  return compileMisspellings([...pairs, ...made]);
};

const LISTS: readonly (readonly [RuleFacts, (word: string) => string | undefined])[] = [
  [
    fact('mayangoli-n', 'ண, ன, ந என்னும் மயங்கொலி எழுத்துகள் இடம் மாறியுள்ளன', DICTIONARY),
    list('mayangoli-n', MADE.get('n')),
  ],
  [
    fact('mayangoli-l', 'ல, ள, ழ என்னும் மயங்கொலி எழுத்துகள் இடம் மாறியுள்ளன', DICTIONARY),
    list('mayangoli-l', MADE.get('l')),
  ],
  [
    fact('mayangoli-r', 'ர, ற என்னும் மயங்கொலி எழுத்துகள் இடம் மாறியுள்ளன', DICTIONARY),
    list('mayangoli-r', MADE.get('r')),
  ],
  [fact('nasal', 'ந, ன என்னும் எழுத்துகள் இடம் மாறியுள்ளன', DICTIONARY), list('nasal')],
  [fact('au', 'ஔகாரக் குறி ‘ெ’, ‘ள’ என இரண்டு எழுத்தாக எழுதப்பட்டுள்ளது', 'யூனிகோடு தரம், தமிழ் எழுத்து'), list('au')],
  [fact('missing-letter', 'சொல்லில் ஒரு மெய்யெழுத்து விடுபட்டுள்ளது', DICTIONARY), list('missing-letter')],
  [fact('missing-pulli', 'மெய்யெழுத்தின் புள்ளி விடுபட்டுள்ளது', DICTIONARY), list('missing-pulli')],
  [USAGE, list('usage')],
  [fact('form', 'இச்சொல்லின் சரியான வடிவம் வேறு', DICTIONARY), list('form')],
];

const IN_USE = LISTS.filter(([rule]) => rule === USAGE);

const ENDING = fact(
  'mayangoli-ending',
  'சொல்லின் இறுதியில் உள்ள விகுதியில் மயங்கொலி எழுத்து இடம் மாறியுள்ளது',
  'நன்னூல், பதவியல்: விகுதி',
);

const QUALITY = fact(
  'quality-ending',
  '‘மை’ என முடியும் பண்புப்பெயரின் ஐகாரம் விடுபட்டுள்ளது',
  'நன்னூல், பதவியல்: பண்புப்பெயர் விகுதி',
);

export const SPELLING_FACTS: readonly RuleFacts[] = [...LISTS.map(([rule]) => rule), ENDING, QUALITY];

/** Endings of the verb and of -ஆன, with the letter that belongs there: ending, its right form, words that end so by right. */
const ENDINGS: readonly (readonly [wrong: string, right: string, except?: RegExp])[] = [
  ['மாண', 'மான', /(?:பிர|பரி|நிர்)மாண$/],
  ['மாணது', 'மானது'],
  ['யாணது', 'யானது'],
  ...['வர்க', 'யர்க', 'ளர்க', 'ஞர்க', 'ணர்க', 'தர்க', 'ார்க', 'ீர்க', 'ங்க', 'ப்புக'].flatMap((plural) =>
    ['்', 'ை', 'ில்', 'ின்', 'ுக்கு', 'ால்', 'ும்'].flatMap((end) => [
      ...(plural === 'ங்க' ? [] : [[`${plural}ல${end}`, `${plural}ள${end}`] as const]),
      ...(plural === 'ப்புக' ? [] : [[`${plural}ழ${end}`, `${plural}ள${end}`] as const]),
    ]),
  ),
  ['கிறால்', 'கிறாள்'],
  ...['ந்தா', 'த்தா', 'ட்டா', 'ினா', 'கிறா', 'ந்தே', 'த்தே', 'ட்டே', 'ினே', 'கிறே'].map(
    (stem) => [`${stem}ண்`, `${stem}ன்`] as const,
  ),
  // Only the endings a verb has: -ஆம் has none, and கிலோகிராம் is no verb.
  ...['ான்', 'ாள்', 'ார்', 'ார்கள்', 'ேன்', 'ோம்', 'ாய்', 'ீர்கள்'].flatMap((end) => [
    [`கிர${end}`, `கிற${end}`] as const,
    [`ிண${end}`, `ின${end}`] as const,
  ]),
  ['கிரது', 'கிறது'],
  ['கின்ரன', 'கின்றன'],
  ['கின்ர', 'கின்ற'],
];
const endingsByTail = Map.groupBy(ENDINGS, ([wrong]) => wrong.slice(-2));

const rightEnding = (word: string): string | undefined => {
  for (const [wrong, right, except] of endingsByTail.get(word.slice(-2)) ?? []) {
    if (word.length <= wrong.length + 1 || !word.endsWith(wrong) || except?.test(word)) continue;
    return word.slice(0, -wrong.length) + right;
  }
  return undefined;
};

/** Misspellings known word by word. Pairs where both words exist (மணம், மனம்) need a reader and are left out. */
export const spellingChange = (word: Word): Change | undefined => {
  if (word.attached || word.named || isListed(word.form)) return undefined;
  const known = isRight(word.form) && !WRONG.has(withoutSandhi(word.form));
  // A known word is reported only if two forms of it are in use.
  for (const [rule, right] of known ? IN_USE : LISTS) {
    const to = right(word.form);
    if (to !== undefined && to !== word.form) return { rule, to };
  }
  if (known) return undefined;
  const mended = mendShape(word.form);
  if (mended !== undefined) return { rule: mended.kind === 'quality' ? QUALITY : ENDING, to: mended.to };
  const ended = rightEnding(word.form);
  return ended === undefined ? undefined : { rule: ENDING, to: ended };
};
