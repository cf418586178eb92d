/** What the API answers, as it stands in its JSON. Offsets are UTF-16 code units, times ISO 8601 UTC. */

export type Severity = 'low' | 'medium' | 'high';

/** One correction: `suggestion` takes the place of the text from `start` to `end`, exclusive. */
export interface ProofreadIssue {
  type: 'grammar' | 'spelling' | 'style' | 'clarity';
  severity: Severity;
  message: string;
  start: number;
  end: number;
  suggestion: string;
  /** `family/name` of the offline engine's rule, as `disabledRules` takes it. */
  rule?: string | undefined;
}

export interface ProofreadResult {
  original_text: string;
  /** `original_text` with every suggestion applied. */
  corrected_text: string;
  /** Sorted by `start`; they do not overlap. */
  issues: ProofreadIssue[];
}

export interface CritiqueItem {
  id: string;
  category: string;
  severity: Severity;
  title: string;
  description: string;
  /** `excerpt` is the essay from `from` to `to`, exclusive. */
  location: { from: number; to: number; excerpt: string } | null;
  suggestion: { text: string; canAutoApply: boolean; meaningMayChange: boolean } | null;
  badge: 'verified' | 'unverified' | 'conflicting' | null;
  sourceUrl: string | null;
  sourceTitle: string | null;
}

export interface CritiqueSection {
  title: string;
  summary: string;
  items: CritiqueItem[];
}

export interface CritiqueResult {
  summary: string;
  topFixes: string[];
  sections: Record<'structure' | 'clarity' | 'facts' | 'citations', CritiqueSection>;
  safetyFlags: {
    itemId: string;
    type: 'meaning-change' | 'unverified' | 'conflicting';
    message: string;
  }[];
}

export interface CertificationResult {
  mode: 'quick' | 'full';
  passed: boolean;
  checks: {
    name: string;
    passed: boolean;
    latency_ms: number;
    operation_id: string;
    detail?: string | undefined;
  }[];
}

/** The result of each kind of operation, by its `endpoint`. */
export interface Results {
  proofread: ProofreadResult;
  'essay-critique': CritiqueResult;
  'onboarding-certify': CertificationResult;
}

export type Endpoint = keyof Results;
export type Status = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

interface Common<E extends Endpoint> {
  operation_id: string;
  request_id: string;
  tenant_id: string;
  endpoint: E;
  created_at: string;
  updated_at: string;
}

/** What a finished analysis says of itself, where it is known. */
interface Completion {
  completed_at: string;
  provider?: string | undefined;
  model?: string | undefined;
  latency_ms?: number | undefined;
}

interface UnfinishedOf<E extends Endpoint> extends Common<E> {
  status: 'queued' | 'running';
  /** Share of the work that is done, 0 to 1, where it is known. It never falls. */
  progress?: number | undefined;
}

interface SucceededOf<E extends Endpoint> extends Common<E>, Completion {
  status: 'succeeded';
  result: Results[E];
}

interface FailedOf<E extends Endpoint> extends Common<E>, Completion {
  status: 'failed';
  error: { code: string; message: string };
}

interface CancelledOf<E extends Endpoint> extends Common<E> {
  status: 'cancelled';
  completed_at: string;
}

// Unions over the endpoints, so that `endpoint` tells the type of `result`.
export type Unfinished<E extends Endpoint = Endpoint> = { [K in E]: UnfinishedOf<K> }[E];
export type Succeeded<E extends Endpoint = Endpoint> = { [K in E]: SucceededOf<K> }[E];
export type Failed<E extends Endpoint = Endpoint> = { [K in E]: FailedOf<K> }[E];
export type Cancelled<E extends Endpoint = Endpoint> = { [K in E]: CancelledOf<K> }[E];

/** An operation in any of its states. `endpoint` and `status` tell which fields it has. */
export type Operation<E extends Endpoint = Endpoint> =
  | Unfinished<E>
  | Succeeded<E>
  | Failed<E>
  | Cancelled<E>;

/** An operation as a list shows it: without its result. */
export type Listed =
  | Unfinished
  | { [K in Endpoint]: Omit<SucceededOf<K>, 'result'> }[Endpoint]
  | Failed
  | Cancelled;

/** One page of a list, newest first. */
export interface Page {
  operations: Listed[];
  /** Absent on the last page. */
  next_page_token?: string | undefined;
}

const STATUSES: readonly string[] = [
  'queued',
  'running',
  'succeeded',
  'failed',
  'cancelled',
] satisfies Status[];

/** Whether an answer's body is an operation whose state this client knows. */
export const isOperation = (body: unknown): body is Operation =>
  typeof body === 'object' &&
  body !== null &&
  'operation_id' in body &&
  typeof body.operation_id === 'string' &&
  'status' in body &&
  typeof body.status === 'string' &&
  STATUSES.includes(body.status);

/** Whether an answer's body is a page of such operations. */
export const isPage = (body: unknown): body is Page =>
  typeof body === 'object' &&
  body !== null &&
  'operations' in body &&
  Array.isArray(body.operations) &&
  body.operations.every(isOperation);

/** Whether an operation has ended. */
export const isFinished = <E extends Endpoint>(
  operation: Operation<E>,
): operation is Exclude<Operation<E>, { status: 'queued' | 'running' }> =>
  operation.status !== 'queued' && operation.status !== 'running';
