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

/** What the language model cost, over all attempts, whatever came of them. Absent where none was paid for. */
const spent = z.object({
  /** Calls that may have been paid for: those that were answered, and those whose answer did not come whole or in time. */
  calls: z.int().min(0),
  /** Of these, the ones that were answered, usable or not. */
  answers: z.int().min(0),
  /** By what the answers say. */
  input_tokens: z.int().min(0),
  output_tokens: z.int().min(0),
});

const common = {
  id: z.uuid(),
  tenant_id: z.string().min(1),
  request_id: z.string().min(1),
  /** Name of its kind. */
  endpoint: z.string().min(1),
  /** The validated request body; its schema is the kind's. */
  input: z.record(z.string(), z.unknown()),
  /** SHA-256 of the input, present where an Idempotency-Key was. */
  fingerprint: z.string().optional(),
  /** W3C trace context of the request that made the operation. */
  traceparent: z.string().optional(),
  created_at: instant,
  updated_at: instant,
  /** End of retention: from here on the operation does not exist for any reader. */
  expire_at: instant,
  /** Worker attempts begun. */
  attempts: z.int().min(0),
  /** How often a task has been made for it: part of the task's name. */
  generation: z.int().min(0),
  spent: spent.optional(),
};

/** From `due_at` on nobody can be working on it, so the sweep may take it up. */
const unfinished = {
  ...common,
  due_at: instant,
  lease: lease.optional(),
  progress: z.number().optional(),
  /** The next attempt, or step, is scheduled for then. */
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

/** The stored document, the type the transitions work on, and the source of the public view: one schema. */
export const operation = z.discriminatedUnion('status', [
  /** A lease while queued is a synchronous window that is still open. */
  z.object({ ...unfinished, status: z.literal('queued') }),
  /** Without a lease: between two attempts. */
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
    /** The failure was first answered as a problem, and is replayed as one. */
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
