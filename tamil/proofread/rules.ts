import { AGREEMENT_FACTS } from './agreement/agreement.ts';
import { NUMBER } from './agreement/number.ts';
import { ARTICLE_FACTS } from './article.ts';
import { COLLOQUIAL_FACTS } from './colloquial/colloquial.ts';
import type { RuleFacts } from './finding.ts';
import { SANDHI_FACTS } from './sandhi/sandhi.ts';
import { JOINED_FACTS } from './spacing/joined.ts';
import { SPACING_FACTS } from './spacing/spacing.ts';
import { CLUSTER_FACTS } from './spelling/clusters.ts';
import { INITIAL_FACTS } from './spelling/initials.ts';
import { SPELLING_FACTS } from './spelling/spelling.ts';
import { UNKNOWN_WORD_FACTS } from './spelling/unknown-word.ts';
import { UNICODE_FACTS } from './unicode.ts';

/** Every rule of the engine, with its reason and source. */
export const RULES: readonly RuleFacts[] = [
  ...UNICODE_FACTS,
  ...SPELLING_FACTS,
  ...UNKNOWN_WORD_FACTS,
  ...CLUSTER_FACTS,
  ...INITIAL_FACTS,
  ...COLLOQUIAL_FACTS,
  ...JOINED_FACTS,
  ...ARTICLE_FACTS,
  ...AGREEMENT_FACTS,
  NUMBER,
  ...SANDHI_FACTS,
  ...SPACING_FACTS,
];
