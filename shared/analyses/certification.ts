import * as z from 'zod';
import type { Child, Input, Kind } from '../operations/kind.ts';
import { type Verify, verifyCritique, verifyProofread } from './verify.ts';

export const certificationInput = z.strictObject({ mode: z.enum(['quick', 'full']) });

export const certificationParams = z.object({
  integrationId: z
    .string()
    .max(128, 'must have at most 128 characters')
    // Not only dots: a path's `.` and `..` never arrive (RFC 3986, section 5.2.4).
    .regex(/^\.*[A-Za-z0-9_-][A-Za-z0-9._-]*$/, 'must be characters of A-Z a-z 0-9 . _ -, and not only dots'),
});

/** `latency_ms` is the time from the acceptance of the check's operation to its end. */
export const certificationCheck = z.object({
  name: z.string(),
  passed: z.boolean(),
  latency_ms: z.int().min(0),
  operation_id: z.uuid(),
  detail: z.string().optional(),
});

export const certificationResult = z.object({
  mode: certificationInput.shape.mode,
  passed: z.boolean(),
  checks: z.array(certificationCheck),
});

const SENTENCE = 'இது சரிபார்ப்பு சான்றிதழ் சோதனை உரை.';
const ESSAY = [
  'மழை உயிர்களுக்கு அடிப்படை. மழைநீரைச் சேமிப்பது நம் அனைவரின் கடமை.',
  'ஊர்தோறும் குளங்கள் இருந்தன. அவற்றைத் தூர்வாரினால் நிலத்தடி நீர் உயரும்.',
  'எனவே ஒவ்வொரு வீட்டிலும் மழைநீர்த் தொட்டி அமைப்போம்.',
].join('\n\n');

interface Check {
  readonly body: Input;
  readonly text: string;
  readonly verify: Verify;
}

/** Named by the kind that the check tries. */
const CHECKS = {
  proofread: { body: { text: SENTENCE }, text: SENTENCE, verify: verifyProofread },
  'essay-critique': { body: { essay: ESSAY }, text: ESSAY, verify: verifyCritique },
} as const satisfies Record<string, Check>;

type CheckName = keyof typeof CHECKS;

const MODES: Readonly<Record<z.infer<typeof certificationInput>['mode'], readonly CheckName[]>> = {
  quick: ['proofread'],
  full: ['proofread', 'essay-critique'],
};

const modeOf = (input: Input) => certificationInput.shape.mode.parse(input['mode']);

/**
 * The pause between two looks at the checks grows with the certification's age, within these bounds. A language model takes
 * seconds, and each look costs two writes.
 */
const SHORTEST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 5000;

/**
 * Proves to a tenant that its integration works. Each check is an operation like those that the tenant sends, takes the same
 * path, and is judged by what the tenant would see. A failed check makes `passed: false`, not a failed operation.
 */
export const certification: Kind = {
  name: 'onboarding-certify',
  input: certificationInput,
  result: certificationResult,
  lock: ({ integrationId }, tenant_id) => ({
    name: JSON.stringify(['certification', tenant_id, integrationId]),
    code: 'certification-running',
    detail: 'A certification of this integration is running. Come again when it has finished.',
  }),
  children: (input) =>
    MODES[modeOf(input)].map((name) => ({ name, endpoint: name, body: CHECKS[name].body })),
  text: () => undefined,
  run: async (input, { children, elapsedMs }) => {
    const checks = await children();
    const finished = checks.filter(({ operation }) => operation.completed_at !== undefined);
    if (finished.length < checks.length) {
      return {
        kind: 'yield',
        afterMs: Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, elapsedMs)),
        progress: finished.length / checks.length,
      };
    }
    const judged = checks.map(judge);
    const result: z.infer<typeof certificationResult> = {
      mode: modeOf(input),
      passed: judged.every(({ passed }) => passed),
      checks: judged,
    };
    return { result, latency_ms: elapsedMs };
  },
};

function judge({ name, operation, shown }: Child): z.infer<typeof certificationCheck> {
  const { operation_id, created_at, completed_at = created_at } = operation;
  const faults = faultsOf(name, shown);
  return {
    name,
    passed: faults.length === 0,
    latency_ms: Math.max(0, Date.parse(completed_at) - Date.parse(created_at)),
    operation_id,
    ...(faults.length > 0 && { detail: faults.join(' ') }),
  };
}

function faultsOf(name: string, shown: Child['shown']): readonly string[] {
  const { text, verify } = CHECKS[name as CheckName];
  if (shown === undefined) return ['The operation is not of the documented form.'];
  if (shown.status === 'cancelled') return ['The operation was cancelled.'];
  if (shown.status === 'failed') return [`${shown.error?.code}: ${shown.error?.message}`];
  return verify(text, shown.result);
}
