import type { Word } from '../../text/tokenize.ts';
import { readWords } from '../../words/lists.ts';
import type { Change, RuleFacts } from '../finding.ts';
import { compile, readPattern } from '../word-pattern.ts';
import {
  isBareThing,
  isCount,
  isMan,
  isPluralPerson,
  isPluralThing,
  isPronounObject,
} from './noun-number.ts';
import { inflect, inTense, type Person, readFinite, readNeuter, type Tense } from './verb.ts';

const fact = (id: string, reason: string, source: string): RuleFacts => ({
  id: `agreement/${id}`,
  type: 'grammar',
  severity: 'high',
  certain: false,
  reason,
  source,
});

const KILAVIYAKKAM = 'தொல்காப்பியம், சொல்லதிகாரம், கிளவியாக்கம்';
const SUBJECT_VERB = fact(
  'subject-verb',
  'எழுவாயும் வினைமுற்றும் திணை, பால், எண், இடம் ஆகியவற்றில் இயைய வேண்டும்',
  KILAVIYAKKAM,
);
const TENSE = fact('tense', 'காலம் காட்டும் சொல்லும் வினைமுற்றும் ஒரே காலத்தைக் காட்ட வேண்டும்', 'நன்னூல், பொதுவியல்: காலவழு');
const DISTRIBUTIVE = fact('distributive', '‘ஒவ்வொரு’ என்னும் சொல்லை அடுத்து ஒருமைப் பெயரே வரும்', KILAVIYAKKAM);

export const AGREEMENT_FACTS: readonly RuleFacts[] = [SUBJECT_VERB, TENSE, DISTRIBUTIVE];

interface Subject {
  readonly person: Person;
  /** Other endings that usage allows: respect, mostly. */
  readonly also: readonly Person[];
  /** Its oblique differs (நான், என்), so a case-marked word between cannot make it a possessor. */
  readonly distinct: boolean;
}

const subjects = new Map<string, Subject>();
const declare = (words: string, person: Person, also: readonly Person[], distinct: boolean): void => {
  for (const word of words.split(' ')) subjects.set(word, { person, also, distinct });
};
declare('நான் யான்', '1s', [], true);
declare('நாம் நாங்கள் யாம்', '1p', [], true);
declare('நீ', '2s', [], true);
declare('நீங்கள்', '2p', [], true);
declare('அவன் இவன்', '3m', ['3h'], false);
declare('அவள் இவள்', '3f', ['3h'], false);
declare('அவர் இவர் அப்பா தாத்தா மாமா', '3h', ['3p', '3m'], false);
declare('அம்மா பாட்டி அக்கா', '3h', ['3p', '3f'], false);
declare('அவர்கள் இவர்கள் மக்கள் பொதுமக்கள்', '3p', ['3h'], false);
declare('அது இது', '3n', [], true);
declare('அவை இவை', '3np', [], true);

/** Plural nouns of people and of things, whose ending alone tells what they are. */
const PEOPLE = compile({
  endings: ['வர்கள்', 'ியர்கள்', 'ாளர்கள்', 'ஞர்கள்'],
  except: ['அவர்கள்', 'இவர்கள்', 'எவர்கள்', 'சுவர்கள்'],
});
const THINGS_PLURAL = compile(readPattern('agreement/things-plural'));
const PEOPLE_SUBJECT: Subject = { person: '3p', also: ['3h'], distinct: false };
const THINGS_SUBJECT: Subject = { person: '3np', also: [], distinct: false };

/** Of children and women the plural of things is said as well: குழந்தைகள் ஆடின. */
const PERSONS_SUBJECT: Subject = { person: '3p', also: ['3h', '3np'], distinct: false };
const MAN_SUBJECT: Subject = { person: '3m', also: ['3h'], distinct: false };

const subjectFor = (form: string): Subject | undefined => {
  const listed = subjects.get(form);
  if (listed !== undefined) return listed;
  if (PEOPLE(form)) return PEOPLE_SUBJECT;
  if (THINGS_PLURAL(form) || isPluralThing(form)) return THINGS_SUBJECT;
  if (isPluralPerson(form)) return PERSONS_SUBJECT;
  return isMan(form) ? MAN_SUBJECT : undefined;
};

/** Words that may stand before a noun that opens a sentence. */
const BEFORE_NOUN = /^(?:அந்த|இந்த|எல்லா|அனைத்து|பல|சில|நிறைய)(?:[கசதப]்)?$/u;

/** Verbs without an object. */
const INTRANSITIVE = compile(readPattern('agreement/intransitive'));

/** Words of saying: what stands before them may be what was said. */
const SAYING = new Set(['என்ற', 'என்கிற', 'என்கின்ற', 'என்ப']);

const CASE_MARKED = compile({
  endings:
    'க்கு ற்கு க்குப் க்குச் க்குத் க்குக் ற்குப் ற்குச் ற்குத் ற்குக் ில் லிருந்து டமிருந்து ுடன் ோடு த்தை களை த்தைப் த்தைக் த்தைச் த்தைத்'.split(
      ' ',
    ),
});
const MAX_BETWEEN = 3;

const ENDS = new Set(['.', '?', '!', '\n', '']);

/** Words of time and manner, which nobody owns: what stands before one is no possessor. */
const WHEN = new Set(readWords('agreement/when'));

const baseOf = (form: string): string => readNeuter(form)?.base ?? '';

/**
 * The subject a verb belongs to: the word before, or the one before words of time, or for a pronoun with its own oblique, before a
 * few case-marked words.
 */
const subjectOf = (words: readonly Word[], at: number): { subject: Subject; index: number } | undefined => {
  let owned = false;
  for (let i = at - 1; i >= 0 && at - i <= MAX_BETWEEN + 1; i--) {
    if (words[i + 1]?.gap !== 'space') return undefined;
    const form = words[i]?.form ?? '';
    const subject = subjectFor(form);
    if (subject !== undefined) {
      const moves = subject === THINGS_SUBJECT && i === at - 2 && isPlace(words[at - 1]?.form ?? '');
      const mine = !owned || subject.distinct || (moves && MOVING.has(baseOf(words[at]?.form ?? '')));
      return mine ? { subject, index: i } : undefined;
    }
    if (WHEN.has(form.replace(/[கசதப]்$/u, ''))) continue;
    // நமக்கு has no owner. A noun before it does not own the noun behind it either.
    owned = !isPronounObject(form);
    if (owned && !CASE_MARKED(form) && !(at - i === 1 && isThing(form))) return undefined;
  }
  return undefined;
};

/** Nouns that are what is done, by their ending or by the list: never who does it. -உம் ends verbs (சொன்னதும் வந்தான்). */
const THINGS = new Set(readWords('agreement/objects'));
const isThing = (form: string): boolean => THINGS.has(form) || /[^ு]ம்$/u.test(form) || isBareThing(form);

/** The word before a pronoun that case-marked words follow, whoever they belong to: நேற்று அவன் வீட்டுக்கு. */
const beforeOwner = (words: readonly Word[], at: number): number => {
  let i = at - 1;
  while (i > 0 && at - i <= MAX_BETWEEN && CASE_MARKED(words[i]?.form ?? '')) i--;
  return i < at - 1 && subjects.has(words[i]?.form ?? '') ? i - 1 : at - 1;
};

/** Verbs that nothing but the plural thing itself would do in a place: பறவைகள் வானில் பறந்தது. */
const MOVING = new Set(readWords('agreement/moving'));
const isPlace = (form: string): boolean => form.length > 4 && form.endsWith('ில்');

const opens = (words: readonly Word[], at: number): boolean =>
  at === 0 || (at > 0 && words[at]?.gap !== 'space' && words[at]?.gap !== 'none');

/** Verbs whose subject stands before the receiver: மரங்கள் நமக்கு நிழல் தருகிறது. */
const GIVING = /^(?:தருகி(?:ற|ன்ற)|தந்த|கொடுக்கி(?:ற|ன்ற)|கொடுத்த|அளிக்கி(?:ற|ன்ற)|அளித்த|வழங்குகி(?:ற|ன்ற)|வழங்கின)$/u;

const NEUTER: readonly Person[] = ['3n', '3np'];

export const agreementChange = (words: readonly Word[], at: number, text: string): Change | undefined => {
  const word = words[at];
  if (word === undefined || word.attached || word.gap !== 'space') return undefined;
  const verb = readFinite(word.form) ?? readNeuter(word.form);
  if (verb === undefined) return distributiveChange(words, at);
  const next = words[at + 1];
  const ended = ENDS.has(text[word.end] ?? '');
  // What follows என் (என்று, என்றான்) is a quotation's end: the verb and its subject are not the sentence's.
  if (!ended && next?.gap === 'space' && /^(?:என|ன்னு)/.test(next.form)) return undefined;
  const found = subjectOf(words, at);
  if (found === undefined) return tenseChange(words, at, ended, beforeOwner(words, at));
  const { subject, index } = found;
  // முதல்வன் ஆனாள்: what she became.
  if (SAYING.has(verb.base) || (subject === MAN_SUBJECT && verb.base.endsWith('ஆன'))) return undefined;
  if (subject.person === verb.person || subject.also.includes(verb.person)) {
    return tenseChange(words, at, ended, index - 1) ?? tenseChange(words, at, ended, at - 1);
  }
  const neuter = NEUTER.includes(verb.person);
  // பல நாடுகள் சென்றான்: where he went, not who went.
  if (subject === THINGS_SUBJECT && !neuter) return undefined;
  const before = words[index - 1]?.form ?? '';
  const initial =
    opens(words, index) || (opens(words, index - 1) && (BEFORE_NOUN.test(before) || isCount(before)));
  const gives =
    subject === THINGS_SUBJECT && GIVING.test(verb.base) && isPronounObject(words[index + 1]?.form ?? '');
  if (neuter && !(ended && initial && (gives || INTRANSITIVE(verb.base)))) return undefined;
  if (NEUTER.includes(subject.person) && !(initial && (gives || INTRANSITIVE(verb.base)))) return undefined;
  const to = inflect(verb, subject.person);
  return to === undefined || to === word.form ? undefined : { rule: SUBJECT_VERB, to };
};

const TIMES = new Map<string, { wrong: readonly Tense[]; right: Tense }>([
  ['நேற்று', { wrong: ['future', 'present'], right: 'past' }],
  ['நாளை', { wrong: ['past'], right: 'future' }],
]);

/** நாளை or நேற்று at the start of a sentence and its verb right behind, or behind the subject. */
const tenseChange = (
  words: readonly Word[],
  at: number,
  ended: boolean,
  timeAt: number,
): Change | undefined => {
  const first = words[timeAt];
  const time = first === undefined ? undefined : TIMES.get(first.form);
  const verb = readFinite(words[at]?.form ?? '');
  if (time === undefined || verb === undefined || !ended || !time.wrong.includes(verb.tense))
    return undefined;
  const subjectFirst = subjects.has(words[timeAt - 1]?.form ?? '') && opens(words, timeAt - 1);
  if (timeAt > 0 && first?.gap === 'space' && !subjectFirst) return undefined;
  const moved = inTense(verb, time.right);
  const to = moved === undefined ? undefined : inflect(moved, moved.person);
  return to === undefined ? undefined : { rule: TENSE, to };
};

/** One short syllable and a consonant, which doubles before a vowel: கண், கண்ணை. */
const SHORT = /^(?:[அஇஉஎஒ]|[க-ஹ][ிுெொ]?)[ணனலளயம]்$/u;

/** Plural nouns to singular: மாணவர்களும் → மாணவரும், புத்தகங்களை → புத்தகத்தை, வீடுகளில் → வீட்டில். */
const PLURAL = /^(.*?)(ங்கள்|கள்|ங்கள|கள)(.*)$/u;

const distributiveChange = (words: readonly Word[], at: number): Change | undefined => {
  const word = words[at];
  if (word === undefined || words[at - 1]?.form.replace(/[கசதப]்$/, '') !== 'ஒவ்வொரு') return undefined;
  const parts = PLURAL.exec(word.form);
  const [, stem = '', plural = '', rest = ''] = parts ?? [];
  if (parts === null || stem.length < 3) return undefined;
  const to = singular(stem, plural, rest);
  return to === undefined ? undefined : { rule: DISTRIBUTIVE, to };
};

const singular = (stem: string, plural: string, rest: string): string | undefined => {
  const nominative = plural.endsWith('்') ? rest === '' : rest === 'ும்';
  const inM = plural.startsWith('ங்');
  // பூக்கள், நாட்கள், சொற்கள்: the singular has another ending.
  if (/[கடற]்$/u.test(stem)) return undefined;
  if (nominative) return rest === '' ? stem + (inM ? 'ம்' : '') : inM ? `${stem}மும்` : withUm(stem);
  if (inM) return `${stem}த்த${rest}`;
  if (stem.endsWith('டு') || stem.endsWith('று')) {
    const hard = stem.slice(-2, -1);
    return `${stem.slice(0, -2)}${hard}்${hard}${rest}`;
  }
  if (/[ிீை]$/u.test(stem)) return `${stem}ய${rest}`;
  if (!stem.endsWith('்')) return undefined;
  return SHORT.test(stem) ? stem + stem.slice(-2, -1) + rest : stem.slice(0, -1) + rest;
};

const withUm = (stem: string): string | undefined => {
  if (stem.endsWith('்')) return `${stem.slice(0, -1)}ும்`;
  if (stem.endsWith('ு')) return `${stem}ம்`;
  return /[ிீை]$/u.test(stem) ? `${stem}யும்` : undefined;
};
