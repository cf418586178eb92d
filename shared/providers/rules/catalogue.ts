import { AGREEMENT_FACTS } from './families/agreement.ts';
import { ARTICLE_FACTS } from './families/article.ts';
import { CLUSTER_FACTS } from './families/clusters.ts';
import { COLLOQUIAL_FACTS } from './families/colloquial.ts';
import { JOINED_FACTS } from './families/joined.ts';
import { NUMBER } from './families/number.ts';
import { SANDHI_FACTS } from './families/sandhi.ts';
import { SPACING_FACTS } from './families/spacing.ts';
import { SPELLING_FACTS } from './families/spelling.ts';
import { UNICODE_FACTS } from './families/unicode.ts';
import type { RuleFacts } from './finding.ts';

/** Every rule of the engine, with its reason and source. */
export const RULES: readonly RuleFacts[] = [
  ...UNICODE_FACTS,
  ...SPELLING_FACTS,
  ...CLUSTER_FACTS,
  ...COLLOQUIAL_FACTS,
  ...JOINED_FACTS,
  ...ARTICLE_FACTS,
  ...AGREEMENT_FACTS,
  NUMBER,
  ...SANDHI_FACTS,
  ...SPACING_FACTS,
];
