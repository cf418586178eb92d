import { FAMILIES } from '../../tamil/proofread/families.ts';
import type { RuleFacts } from '../../tamil/proofread/finding.ts';
import { RULES } from '../../tamil/proofread/rules.ts';
import { readExamples } from './examples.ts';

const INTRODUCTION = `# The rules of the offline engine

Made by \`npm run rules\` from the rules themselves: do not edit it here. How the engine works and how to add a rule:
[tamil/README.md](../tamil/README.md). What was measured: [accuracy.md](accuracy.md).

Every issue of the engine names its \`rule\`. A request leaves out what its tenant does not want with
\`"disabled_rules": ["sandhi/never-aana", "spacing"]\`, at most 100 names of rules or of whole families. A name that no rule has is no
fault, since rules come and go: nothing is left out for it. Where one word breaks two rules, the issue names the graver one, and what is
disabled has no part in its suggestion.

*Certain* rules are also asked where a language model proofreads; what they find and the model did not is added.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|').replace(/\n/g, ' ');

/** Invisible characters and signs in pieces are told by their code points. */
const shown = (text: string): string =>
  text.replace(/[\u200b-\u200d]|\u0bc6\u0bbe|\u0bc7\u0bbe/g, (found) =>
    [...found]
      .map((character) => `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`)
      .join(''),
  );

const row = ({ id, type, severity, certain, reason, source }: RuleFacts, example: string): string =>
  `| \`${id}\` | ${cell(reason)} | ${cell(example)} | ${type}, ${severity}${certain ? ', certain' : ''} | ${cell(source)} |`;

/** docs/rules.md as the rules of today make it. */
export const rulesPage = (): string => {
  const examples = readExamples();
  const exampleOf = (id: string): string => {
    const [, wrong = '', right = ''] = examples.find(([rule]) => rule === id) ?? [];
    return `${shown(wrong)} → ${right}`;
  };
  const sections = [...Map.groupBy(RULES, ({ id }) => id.slice(0, id.indexOf('/')))].map(
    ([family, rules]) => {
      const about = FAMILIES[family];
      if (about === undefined) throw new Error(`no one says what the family ${family} is about`);
      const rows = rules.map((rule) => row(rule, exampleOf(rule.id)));
      return `## ${family}\n\n${about}\n\n| rule | what it says | example | type, severity | source |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
    },
  );
  return [INTRODUCTION, ...sections].join('\n');
};
