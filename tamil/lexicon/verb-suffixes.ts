import type { SuffixTables } from './suffix-tables.ts';

const PRESENT = { tense: 'present' } as const;
const FUTURE = { tense: 'future' } as const;
const PARTICIPLE = { form: 'verbal participle' } as const;
const CONDITIONAL = { form: 'conditional' } as const;
const INFINITIVE = { form: 'infinitive' } as const;
const NEGATIVE = { form: 'negative' } as const;
const VERBAL_NOUN = { form: 'verbal noun' } as const;
const MASCULINE = { person: 3, number: 'singular', gender: 'masculine' } as const;
const FEMININE = { person: 3, number: 'singular', gender: 'feminine' } as const;
const HONORIFIC = { person: 3, number: 'singular', gender: 'honorific' } as const;
const THEY = { person: 3, number: 'plural', gender: 'honorific' } as const;
const THINGS = { person: 3, number: 'plural', gender: 'neuter' } as const;
const THING = { person: 3, number: 'singular', gender: 'neuter' } as const;

/** What follows a verb. A state's name says what was read before it. */
export const VERB_SUFFIXES: SuffixTables = {
  /** A root that takes -கிற-: செய், ஆக்கு, போடு. */
  weakRoot: [
    ['கிற்', 'presentKir', PRESENT],
    ['கின்ற்', 'present', PRESENT],
    ['வ்', 'future', FUTURE],
    ['ப்', 'agent', FUTURE],
    ['தல்', 'consonantNoun', VERBAL_NOUN],
    ['தற்க்', 'dative', VERBAL_NOUN],
    ['கையில்', 'word', { form: 'while' }],
    ['க', 'word', { form: 'optative' }],
  ],
  /** A root that takes -க்கிற-: நட, படி. */
  strongRoot: [
    ['க்கிற்', 'presentKir', PRESENT],
    ['க்கின்ற்', 'present', PRESENT],
    ['ப்ப்', 'future', FUTURE],
    ['ப்ப்', 'agent', FUTURE],
    ['த்தல்', 'consonantNoun', VERBAL_NOUN],
    ['த்தற்க்', 'dative', VERBAL_NOUN],
    ['க்கையில்', 'word', { form: 'while' }],
  ],
  /** A root whose last sound has changed before -கிற- and -ப-: கேட், கற், உண். */
  hardRoot: [
    ['கிற்', 'presentKir', PRESENT],
    ['கின்ற்', 'present', PRESENT],
    ['ப்', 'future', FUTURE],
    ['ப்', 'agent', FUTURE],
    ['கையில்', 'word', { form: 'while' }],
    ['க', 'word', { form: 'optative' }],
  ],
  persons: [
    ['ஏன்', 'word', { person: 1, number: 'singular' }],
    ['ஓம்', 'word', { person: 1, number: 'plural' }],
    ['ஆய்', 'word', { person: 2, number: 'singular' }],
    ['ஈர்', 'word', { person: 2, number: 'plural' }],
    ['ஈர்கள்', 'word', { person: 2, number: 'plural' }],
    ['ஆன்', 'word', MASCULINE],
    ['ஆள்', 'word', FEMININE],
    ['ஆர்', 'word', HONORIFIC],
    ['ஆர்கள்', 'word', THEY],
  ],
  /** செய்கிறது and செய்கின்றன: -கிற- has no plural of things. */
  presentKir: [
    ['', 'persons'],
    ['அது', 'word', THING],
    ['', 'relativeStem'],
  ],
  present: [
    ['', 'persons'],
    ['அனர்', 'word', THEY],
    ['அன', 'word', THINGS],
    ['அது', 'word', THING],
    ['', 'relativeStem'],
  ],
  future: [
    ['', 'persons'],
    ['அர்', 'word', THEY],
    ['அன', 'word', THINGS],
    ['அத்', 'neuterCases', VERBAL_NOUN],
    ['ஓர்', 'consonantNoun', THEY],
  ],
  /** Who does: செய்பவர், நடப்பவை. */
  agent: [
    ['அவன்', 'consonantNoun', MASCULINE],
    ['அவள்', 'consonantNoun', FEMININE],
    ['அவர்', 'consonantNoun', HONORIFIC],
    ['அவர்கள்', 'consonantNoun', THEY],
    ['அவ்', 'things'],
  ],
  /** A past stem as it is: போன், சொன்ன்; with அ, persons and ஆல். */
  pastStem: [
    ['', 'present'],
    ['ஆல்', 'word', CONDITIONAL],
    ['அமை', 'neuterNoun', VERBAL_NOUN],
  ],
  /** A past stem whose participle in உ doubles nothing: வந்த், கண்ட், செய்த். */
  pastSoft: [
    ['', 'pastStem'],
    ['உ', 'word', PARTICIPLE],
    ['உ', 'auxiliary'],
    ['', 'vowelAuxiliary'],
    ['', 'emphatic'],
  ],
  /** A past stem whose participle in உ doubles க ச த ப: படித்த், கேட்ட். */
  pastHard: [
    ['', 'pastStem'],
    ['உ', 'word', PARTICIPLE],
    ['உ', 'hardAuxiliary'],
    ['', 'vowelAuxiliary'],
    ['', 'emphatic'],
  ],
  /** The auxiliary இடு, in what is written of it: செய்திட, வந்திடும்; செய்திட்டான் is spoken. */
  emphatic: [
    ['இட', 'word', INFINITIVE],
    ['இடும்', 'word', { tense: 'future' }],
    ['இடல்', 'consonantNoun', VERBAL_NOUN],
    ['இடுவ்', 'future', FUTURE],
    ['இடலாம்', 'word'],
    ['இடவில்லை', 'word', NEGATIVE],
    ['இடாமல்', 'word', NEGATIVE],
    ['இடாத்', 'relativeStem', NEGATIVE],
  ],
  /** A past in இன்: ஆக்கி, ஆக்கினான், ஆக்கிய. */
  pastI: [
    ['', 'participleI'],
    ['இன்', 'persons'],
    ['இனர்', 'word', THEY],
    ['இன', 'word', THINGS],
    ['இனத்', 'neuterCases'],
    ['இனவர்', 'consonantNoun', HONORIFIC],
    ['இய்', 'relativeStem'],
    ['இயமை', 'neuterNoun', VERBAL_NOUN],
    ['இற்று', 'word', THING],
    ['இனால்', 'word', CONDITIONAL],
  ],
  participleI: [
    ['இ', 'word', PARTICIPLE],
    ['இ', 'hardAuxiliary'],
    ['இய்', 'vowelAuxiliary'],
  ],
  /** போய். */
  participle: [
    ['', 'word', PARTICIPLE],
    ['', 'hardAuxiliary'],
    ['', 'vowelAuxiliary'],
  ],
  /** The stem before உம், அ and ஆ: செய்ய், நடக்க், வர். */
  open: [
    ['உம்', 'word', { tense: 'future', form: 'future of things, or relative' }],
    ['உம்', 'whenUm'],
    ['அ', 'word', INFINITIVE],
    ['அ', 'infinitive', INFINITIVE],
    ['ஆது', 'word', { ...THING, ...NEGATIVE }],
    ['ஆத்', 'relativeStem', NEGATIVE],
    ['ஆமல்', 'word', NEGATIVE],
    ['ஆமல்', 'vowelAuxiliary', NEGATIVE],
    ['ஆமை', 'neuterNoun', NEGATIVE],
    ['ஆ', 'word', NEGATIVE],
    ['ஆதே', 'word', { person: 2, number: 'singular', form: 'negative imperative' }],
    ['ஆதீர்', 'word', { person: 2, number: 'plural', form: 'negative imperative' }],
    ['ஆதீர்கள்', 'word', { person: 2, number: 'plural', form: 'negative imperative' }],
    ['ஆவிட்டால்', 'word', { form: 'negative conditional' }],
    ['ஆவிடில்', 'word', { form: 'negative conditional' }],
    ['ஆவிடினும்', 'word', { form: 'negative conditional' }],
    ['ஆத்', 'vowelAuxiliary', NEGATIVE],
  ],
  whenUm: [
    ['ஆறு', 'word'],
    ['எனில்', 'end'],
    ['போது', 'word'],
    ['போதெல்லாம்', 'word'],
    ['பொழுது', 'word'],
    ['படி', 'word'],
    ['படியாக', 'word'],
    ['வரை', 'word'],
    ['வரையில்', 'word'],
    ['முன்', 'word'],
    ['முன்பு', 'word'],
    ['அளவு', 'word'],
    ['வண்ணம்', 'word'],
    ['வகையில்', 'word'],
    ['விதமாக', 'word'],
  ],
  infinitive: [
    ['வில்லை', 'word', NEGATIVE],
    ['லாம்', 'word', { form: 'may' }],
    ['லாகாது', 'word'],
    ['வேண்டாம்', 'word'],
    ['க்கூடாது', 'word', NEGATIVE],
    ['க்கூடாத்', 'relativeStem', NEGATIVE],
    ['க்கூடிய்', 'relativeStem'],
    ['க்கூடும்', 'word'],
    ['ட்டும்', 'word', { form: 'optative' }],
    ['மாட்ட்', 'persons', NEGATIVE],
    ['மாட்டாது', 'word', NEGATIVE],
    ['வல்ல்', 'present'],
    ['வ்', 'vowelAuxiliary'],
    ['', 'infinitiveAuxiliary'],
  ],
  imperative: [['', 'end', { person: 2, number: 'singular', form: 'imperative' }]],
  imperativePlural: [['உங்கள்', 'word', { person: 2, number: 'plural', form: 'imperative' }]],
  verbalNoun: [['', 'consonantNoun', VERBAL_NOUN]],

  /** A relative form before its அ: செய்த், நல்ல், அழகான். */
  relativeStem: [
    ['அ', 'end', { form: 'relative' }],
    ['அ', 'relative'],
    ['', 'agent'],
    ['அத்', 'neuterCases', THING],
    ['ஓர்', 'consonantNoun', THEY],
  ],
  relative: [
    ['போது', 'word'],
    ['போதெல்லாம்', 'word'],
    ['பொழுது', 'word'],
    ['படி', 'word'],
    ['படியால்', 'word'],
    ['வாறு', 'word'],
    ['வுடன்', 'word'],
    ['பின்', 'word'],
    ['பின்பு', 'word'],
    ['பின்னர்', 'word'],
    ['பிறகு', 'word'],
    ['வண்ணம்', 'word'],
    ['வரை', 'word'],
    ['வரையில்', 'word'],
    ['தாக', 'adverbial'],
  ],
};
