import { type FindOptions, findIssues } from '../proofread/find-issues.ts';
import type { Finding } from '../proofread/finding.ts';
import type { Essay } from './essay.ts';
import { type Draft, draft, type Part } from './item.ts';
import type { Quotation } from './quotations.ts';

interface Kind {
  readonly category: string;
  readonly title: string;
  /** In the summary, before a number. */
  readonly many: string;
}

const SPOKEN: Kind = { category: 'spoken-form', title: 'பேச்சு வழக்குச் சொல்', many: 'பேச்சு வழக்குச் சொற்கள்' };
const ENCODING: Kind = { category: 'encoding', title: 'எழுத்துகளின் குறியீடு', many: 'எழுத்துக் குறியீட்டுச் சிக்கல்' };
const SANDHI: Kind = { category: 'sandhi', title: 'சந்திப் பிழை', many: 'சந்திப் பிழைகள்' };
const AGREEMENT: Kind = { category: 'agreement', title: 'இயைபுப் பிழை', many: 'எழுவாய் பயனிலை இயைபுப் பிழைகள்' };
const SPACING: Kind = { category: 'spacing', title: 'இடைவெளிப் பிழை', many: 'இடைவெளிப் பிழைகள்' };
const SPELLING: Kind = { category: 'spelling', title: 'எழுத்துப் பிழை', many: 'எழுத்துப் பிழைகள்' };

/** In the order of the summary. By the family of the rule; what is none of these is a slip of spelling. */
const KINDS: readonly Kind[] = [SPELLING, SANDHI, AGREEMENT, SPACING, SPOKEN, ENCODING];
const FAMILIES: Readonly<Record<string, Kind>> = {
  colloquial: SPOKEN,
  sandhi: SANDHI,
  article: SANDHI,
  agreement: AGREEMENT,
  spacing: SPACING,
};

const kindOf = ({ rule }: Finding): Kind => {
  const [family = '', name = ''] = rule.split('/');
  if (family === 'unicode') return OF_THE_TEXT.has(name) ? ENCODING : SPELLING;
  return FAMILIES[family] ?? SPELLING;
};

/** What is wrong with the encoding of the text as a whole. */
const OF_THE_TEXT = new Set(['normal-form', 'visual-order', 'legacy-font', 'mojibake']);

/** Slips of writing: the same slip is one item however often it is made, and all are counted. */
export const slips = (essay: Essay, quoted: readonly Quotation[], options: FindOptions): Part => {
  const own = findIssues(essay.text, options).filter(outside(quoted));
  const groups = Map.groupBy(own, (finding) =>
    kindOf(finding) === ENCODING
      ? finding.rule
      : `${finding.rule} ${essay.text.slice(finding.start, finding.end)} ${finding.suggestion}`,
  );
  const items = [...groups.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : slip(kindOf(first), first, 1 + more.length),
  );
  return { summary: summary(essay, items), items };
};

/** Tells of findings in their order whether they lie outside what others are quoted for: that stands as they wrote it. */
const outside = (quoted: readonly Quotation[]): ((finding: Finding) => boolean) => {
  const theirs = quoted.filter(({ attributed }) => attributed);
  let next = 0;
  return ({ start, end, rule }) => {
    while ((theirs[next]?.to ?? end) <= start) next++;
    return rule.startsWith('unicode/') || (theirs[next]?.from ?? end) >= end;
  };
};

const summary = (essay: Essay, items: readonly Draft[]): string => {
  if (essay.words.length === 0) return 'தமிழ்ச் சொல் இல்லாததால் எழுத்துப் பிழைகள் ஆராயப்படவில்லை.';
  if (items.length === 0) return 'விதிகளால் கண்டறியக்கூடிய எழுத்துப் பிழைகள் காணப்படவில்லை.';
  const times = new Map<string, number>();
  for (const { category, times: count } of items) times.set(category, (times.get(category) ?? 0) + count);
  return `${KINDS.flatMap(({ category, many }) => {
    const count = times.get(category);
    return count === undefined ? [] : category === ENCODING.category ? many : `${many}: ${count}`;
  }).join('; ')}.`;
};

const slip = (kind: Kind, finding: Finding, times: number): Draft => {
  const { start, end, suggestion, certain, message, severity } = finding;
  const again = times > 1 ? ` இதே பிழை மொத்தம் ${times} இடங்களில் உள்ளது.` : '';
  const common = { category: kind.category, title: kind.title, at: { from: start, to: end }, times };
  if (finding.rule === 'unicode/normal-form')
    return draft({ ...common, at: null, severity: 'low', description: message });
  return draft({
    ...common,
    severity: kind === SPOKEN ? 'medium' : severity,
    description: `${message}${again}`,
    suggestion: { text: suggestion, canAutoApply: kind === SPOKEN || certain, meaningMayChange: false },
  });
};
