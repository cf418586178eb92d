import * as z from 'zod';

export const STATUSES = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;

/** Milliseconds since the epoch, UTC. */
export const instant = z.int().min(0);

/**
 * The right to work on an operation until `expires_at`. `token` fences: a write that names another token is refused.
 * `task` and `dispatch` name the delivery that holds it, so that a redelivery of the same task takes over at once.
 */
const lease = z.object({
  token: z.string(),
  task: z.string(),
  dispatch: z.int().min(0),
  expires_at: instant,
});

export const failure = z.object({ code: z.string(), message: z.string() });

/** What the language model has cost over all attempts, also failed ones. Absent if it cost nothing. */
const spent = z.object({
  /** Calls that may be billed: answered ones, and those whose answer came late or not whole. */
  calls: z.int().min(0),
  /** Calls that were answered, whether or not the answer was usable. */
  answers: z.int().min(0),
  /** As the answers report them. */
  input_tokens: z.int().min(0),
  output_tokens: z.int().min(0),
});

const common = {
  id: z.uuid(),
  tenant_id: z.string().min(1),
  request_id: z.string().min(1),
  /** Name of its kind. */
  endpoint: z.string().min(1),
  /** The validated request body, by the schema of the kind. */
  input: z.record(z.string(), z.unknown()),
  /** SHA-256 of the input. Present if the request had an Idempotency-Key. */
  fingerprint: z.string().optional(),
  /** W3C trace context of the request that made the operation. */
  traceparent: z.string().optional(),
  created_at: instant,
  updated_at: instant,
  /** End of retention: from here on the operation does not exist for any reader. */
  expire_at: instant,
  /** How many attempts the worker has begun. */
  attempts: z.int().min(0),
  /** How many tasks have been made after the first. Part of the task's name. */
  generation: z.int().min(0),
  spent: spent.optional(),
};

/** After `due_at` nobody can be working on the operation, so the sweep takes it up. */
const unfinished = {
  ...common,
  due_at: instant,
  lease: lease.optional(),
  progress: z.number().optional(),
  /** When the next attempt or step is scheduled. */
  resume_at: instant.optional(),
};

const completion = {
  provider: z.string().optional(),
  model: z.string().optional(),
  latency_ms: z.int().min(0).optional(),
  usage: z
    .object({ input_tokens: z.int(), output_tokens: z.int(), cached_tokens: z.int().optional() })
    .optional(),
  prompt_version: z.string().optional(),
};

/** One schema for the stored document, the type that the transitions work on, and the source of the public view. */
export const operation = z.discriminatedUnion('status', [
  /** A queued operation with a lease has an open synchronous window. */
  z.object({ ...unfinished, status: z.literal('queued') }),
  /** A running operation without a lease is between two attempts. */
  z.object({ ...unfinished, status: z.literal('running') }),
  z.object({
    ...common,
    ...completion,
    status: z.literal('succeeded'),
    completed_at: instant,
    result: z.unknown(),
  }),
  z.object({
    ...common,
    ...completion,
    status: z.literal('failed'),
    completed_at: instant,
    error: failure,
    /** The failure was answered as a problem document, so a replay answers the same problem. */
    answered_as_problem: z.boolean().optional(),
  }),
  z.object({ ...common, status: z.literal('cancelled'), completed_at: instant }),
]);

export type Operation = z.infer<typeof operation>;
export type Lease = z.infer<typeof lease>;
export type Spent = Readonly<z.infer<typeof spent>>;
export type Status = (typeof STATUSES)[number];
export type Unfinished = Extract<Operation, { status: 'queued' | 'running' }>;
export type Finished = Exclude<Operation, Unfinished>;

export const isFinished = (op: Operation): op is Finished =>
  op.status !== 'queued' && op.status !== 'running';
