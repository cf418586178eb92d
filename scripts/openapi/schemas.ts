import * as z from 'zod';
import {
  certificationCheck,
  certificationInput,
  certificationParams,
  certificationResult,
} from '../../shared/analyses/certification.ts';
import {
  critiqueItem,
  critiqueSection,
  essayCritiqueInput,
  essayCritiqueResult,
  location,
  MAX_ESSAY,
} from '../../shared/analyses/essay-critique.ts';
import {
  MAX_PROOFREAD_TEXT,
  proofreadInput,
  proofreadIssue,
  proofreadResult,
} from '../../shared/analyses/proofread.ts';
import { FAILURE_GUIDE } from '../../shared/http/pages/problem-guide.ts';
import { PAGE_TOKEN } from '../../shared/operations/access/list.ts';
import { STATUSES } from '../../shared/operations/record/record.ts';
import { operationView } from '../../shared/operations/record/view.ts';

/** What a schema validates is said by itself; here stands what it means. */
const describe = <S extends z.ZodType>(schema: S, meta: z.GlobalMeta): S => {
  z.globalRegistry.add(schema, meta);
  return schema;
};

/** Checked by code of our own, which leaves no lengths in the schema. */
const textMeta = (max: number, what: string): z.GlobalMeta => ({
  description: `${what}: 1 to ${max.toLocaleString('en')} UTF-16 code units. JSON Schema counts code points, of which a text may have fewer. Not only white space, and well-formed Unicode.`,
  minLength: 1,
  maxLength: max,
  pattern: '\\S',
});

describe(proofreadInput, { id: 'ProofreadRequest' });
describe(proofreadInput.shape.text, textMeta(MAX_PROOFREAD_TEXT, 'The text to proofread'));
describe(essayCritiqueInput, { id: 'EssayCritiqueRequest' });
describe(essayCritiqueInput.shape.essay, textMeta(MAX_ESSAY, 'The essay'));
for (const { shape } of [proofreadInput, essayCritiqueInput]) {
  describe(shape.language, { description: 'Tamil, the only language there is.' });
  describe(shape.disabled_rules, {
    description:
      'Rules (`sandhi/dative`) or whole families (`sandhi`) of the offline engine whose findings are left out. A name that no rule has is ignored.',
  });
}
describe(certificationInput, { id: 'CertificationRequest' });
describe(certificationInput.shape.mode, {
  description: '`quick`: proofread a sentence. `full`: critique an essay too.',
});
describe(certificationParams.shape.integrationId, { description: 'A name that the tenant chooses.' });

describe(proofreadResult, { id: 'ProofreadResult' });
describe(proofreadResult.shape.original_text, { description: 'Exactly the text that was sent.' });
describe(proofreadResult.shape.corrected_text, { description: 'The text with every suggestion applied.' });
describe(proofreadResult.shape.issues, { description: 'In order of `start`, without overlap.' });
describe(proofreadIssue, { id: 'ProofreadIssue' });
describe(proofreadIssue.shape.message, { description: 'Why, in Tamil.' });
describe(proofreadIssue.shape.start, { description: 'First UTF-16 code unit of the original text.' });
describe(proofreadIssue.shape.end, { description: 'The UTF-16 code unit after the last one.' });
describe(proofreadIssue.shape.suggestion, {
  description: 'What takes the place of the range; may be empty.',
});
describe(proofreadIssue.shape.rule, {
  description: 'The rule of the offline engine that found it. Absent if a language model did.',
});
describe(essayCritiqueResult, { id: 'EssayCritiqueResult' });
describe(essayCritiqueResult.shape.topFixes, { description: 'What to mend first, in Tamil.' });
describe(critiqueSection, { id: 'CritiqueSection' });
describe(critiqueItem, { id: 'CritiqueItem' });
describe(location, {
  id: 'CritiqueLocation',
  description: 'UTF-16 code units of the essay, `to` exclusive. `excerpt` is exactly that range.',
});
describe(critiqueItem.shape.badge, {
  description: 'How well the claim is supported; `null` if the item is about no claim.',
});
describe(certificationResult, { id: 'CertificationResult' });
describe(certificationCheck, { id: 'CertificationCheck' });
describe(certificationCheck.shape.detail, { description: 'Why the check failed.' });

const operationError = describe(operationView.shape.error.unwrap(), {
  id: 'OperationError',
  description: `Why the operation failed. \`code\` is that of a problem, or one of ${Object.keys(
    FAILURE_GUIDE,
  )
    .map((code) => `\`${code}\``)
    .join(', ')}. \`/problems/{code}\` explains each.`,
});
const common = {
  ...operationView.shape,
  error: operationError.optional(),
  request_id: describe(operationView.shape.request_id, {
    description: '`X-Request-Id` of the request that made the operation.',
  }),
  progress: describe(operationView.shape.progress, {
    description: 'Share of the work that is done. Only while `running`, and only where it is known.',
  }),
  latency_ms: describe(operationView.shape.latency_ms, { description: 'How long the analysis took.' }),
};
const { result: _, ...withoutResult } = common;
const {
  completed_at: __,
  latency_ms: ___,
  error: ____,
  provider: _____,
  model: ______,
  ...unfinished
} = withoutResult;

/** What is told of an operation of one kind, and its form while it is unfinished. */
function kind(endpoint: string, id: string, result: z.ZodType) {
  const whole = z.object({
    ...common,
    endpoint: z.literal(endpoint),
    result: result.optional().describe('Once `succeeded`.'),
  });
  const finished = z.object({
    ...whole.shape,
    status: z.enum(['succeeded', 'failed', 'cancelled']),
    completed_at: whole.shape.completed_at.unwrap(),
  });
  const accepted = z.object({
    ...unfinished,
    endpoint: z.literal(endpoint),
    status: z.enum(['queued', 'running']),
    poll_url: z.string().describe('The path of the operation, as in `Location`.'),
  });
  return {
    operation: describe(whole, { id }),
    finished: describe(finished, { id: `Finished${id}` }),
    accepted: describe(accepted, { id: `Accepted${id}` }),
  };
}

export const proofread = kind('proofread', 'ProofreadOperation', proofreadResult);
export const critique = kind('essay-critique', 'EssayCritiqueOperation', essayCritiqueResult);
export const certification = kind('onboarding-certify', 'CertificationOperation', certificationResult);

export const anyOperation = describe(
  z.discriminatedUnion('endpoint', [proofread.operation, critique.operation, certification.operation]),
  {
    id: 'Operation',
    description:
      '`queued` → `running` → `succeeded` or `failed`; `queued` or `running` → `cancelled`. It never moves back. Once `succeeded` it has a `result`, once `failed` an `error`.',
  },
);

export const operationList = describe(
  z.object({
    operations: z
      .array(describe(z.object(withoutResult), { id: 'OperationSummary' }))
      .describe('Newest first. It may be shorter than `page_size`, even if a next page follows.'),
    next_page_token: z.string().optional().describe('Absent on the last page.'),
  }),
  { id: 'OperationList' },
);

/** The query of the list. The service reads them as text and says of each fault which parameter has it. */
export const listQuery = z.object({
  status: z.enum(STATUSES).optional(),
  endpoint: z.enum(['proofread', 'essay-critique', 'onboarding-certify']).optional(),
  page_size: z.int().min(1).max(100).default(20),
  page_token: z.string().regex(PAGE_TOKEN).optional().describe('`next_page_token` of the page before.'),
});

export const problem = describe(
  z.object({
    type: z.string().describe('`/problems/{code}`: a page that says when the code occurs and what to do.'),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().describe('What is wrong with this request, for people.'),
    code: z.string().describe('What programs decide by.'),
    request_id: z.string().describe('As in `X-Request-Id`.'),
    errors: z
      .array(
        describe(
          z.object({
            field: z.string().describe('Dotted path in the body, or the name of a parameter or header.'),
            message: z.string(),
          }),
          { id: 'FieldError' },
        ),
      )
      .optional()
      .describe('Every fault of a `validation-error`, at most 100.'),
  }),
  { id: 'Problem', description: 'A problem document (RFC 9457).' },
);

export const alive = z.object({ status: z.literal('ok') });
export const ready = z.object({ status: z.literal('ready') });

export { certificationInput, certificationParams, essayCritiqueInput, proofreadInput };
