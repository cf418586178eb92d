import { letterCount } from '../../text/letters.ts';
import type { Word } from '../../text/tokenize.ts';
import { readWords } from '../../words/lists.ts';
import type { RuleFacts, Span } from '../finding.ts';

const fact = (
  id: string,
  type: RuleFacts['type'],
  severity: RuleFacts['severity'],
  reason: string,
): RuleFacts => ({
  id: `spacing/${id}`,
  type,
  severity,
  certain: false,
  reason,
  source: 'தமிழ்நாட்டுப் பாடநூல்: நிறுத்தக் குறிகள்',
});

const BLANKS = fact('blanks', 'style', 'low', 'இரு சொற்களுக்கு இடையில் ஒரே ஓர் இடைவெளி போதும்');
const BEFORE_MARK = fact('before-mark', 'style', 'low', 'நிறுத்தக் குறிக்கு முன் இடைவெளி வராது');
const AFTER_MARK = fact('after-mark', 'style', 'low', 'நிறுத்தக் குறிக்குப் பின் இடைவெளி வர வேண்டும்');
const REPEATED_MARK = fact('repeated-mark', 'style', 'low', 'ஒரே நிறுத்தக் குறியை இரண்டு முறை இட வேண்டியதில்லை');
const REPEATED_WORD = {
  ...fact('repeated-word', 'clarity', 'medium', 'ஒரே சொல் தேவையின்றி இரண்டு முறை வந்துள்ளது'),
  source: 'நன்னூல் பொதுவியல்: அடுக்குத் தொடர் உணர்ச்சிக்கே உரியது',
};

export const SPACING_FACTS: readonly RuleFacts[] = [
  BLANKS,
  BEFORE_MARK,
  AFTER_MARK,
  REPEATED_MARK,
  REPEATED_WORD,
];

const FUNCTION_WORDS = new Set(readWords('spacing/function-words'));

const MARKS = new Set([',', '.', ';', '?', '!']);

const repeats = (form: string): boolean =>
  FUNCTION_WORDS.has(form) || (letterCount(form) >= 6 && form.endsWith('்') && !form.endsWith('ும்'));

/** What is wrong between a word and the one before it. */
export const spacingSpan = (text: string, before: Word, word: Word): Span | undefined => {
  const gap = text.slice(before.end, Math.min(word.start, before.end + 12));
  if (gap.length !== word.start - before.end) return undefined;
  if (word.gap === 'space') {
    if (
      before.form === word.form &&
      repeats(word.form) &&
      !word.quoted &&
      !word.attached &&
      !before.attached
    ) {
      return { rule: REPEATED_WORD, start: before.start, end: word.end, suggestion: word.form };
    }
    return gap.length > 1 && /^ +$/.test(gap)
      ? { rule: BLANKS, start: before.end, end: word.start, suggestion: ' ' }
      : undefined;
  }
  return markSpan(gap, before, word);
};

const markSpan = (gap: string, before: Word, word: Word): Span | undefined => {
  const bare = gap.trim();
  const mark = bare[0] ?? '';
  if (!MARKS.has(mark)) return undefined;
  if (bare === mark) {
    const led = gap[0] === ' ';
    const trailed = gap.endsWith(' ') || gap.endsWith('\n');
    // Some newspapers set a blank before ! and ? on purpose.
    if (led && trailed && mark !== '!' && mark !== '?')
      return {
        rule: BEFORE_MARK,
        start: before.end,
        end: before.end + gap.indexOf(mark) + 1,
        suggestion: mark,
      };
    if (gap === mark && needsBlank(mark, before, word)) {
      return { rule: AFTER_MARK, start: before.end, end: word.start, suggestion: `${mark} ` };
    }
  }
  if (bare === ',,' || bare === ';;')
    return {
      rule: REPEATED_MARK,
      start: before.end,
      end: before.end + gap.indexOf(bare) + 2,
      suggestion: mark,
    };
  return undefined;
};

/** தி.மு.க. and திரு.வி.க. are abbreviations; a full stop that ends a sentence follows a finite verb. */
const FINITE = /(?:ான்|ாள்|ார்|ார்கள்|ேன்|ோம்|து|ும்|ன|லை|னர்)$/;

const needsBlank = (mark: string, before: Word, word: Word): boolean => {
  if (letterCount(word.form) < 2 || letterCount(before.form) < 2) return false;
  if (mark !== '.') return true;
  return letterCount(before.form) >= 4 && letterCount(word.form) >= 3 && FINITE.test(before.form);
};
