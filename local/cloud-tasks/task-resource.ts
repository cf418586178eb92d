import { z } from 'zod';
import { parseJson } from '../../shared/parse-json.ts';
import type { HttpTask } from './http-task.ts';

/** An error as Google's APIs answer it. Source: https://google.aip.dev/193 */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly status: string;

  constructor(code: number, status: string, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }

  toJSON(): object {
    return { error: { code: this.code, message: this.message, status: this.status } };
  }
}

export const invalid = (message: string): ApiError => new ApiError(400, 'INVALID_ARGUMENT', message);

/** proto3 JSON: an enum is its name or its number. */
const METHODS = [
  'HTTP_METHOD_UNSPECIFIED',
  'POST',
  'GET',
  'HEAD',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
] as const;
const method = z
  .union([
    z.enum(METHODS),
    z
      .int()
      .min(0)
      .max(METHODS.length - 1),
  ])
  .transform((value) => (typeof value === 'number' ? METHODS[value] : value))
  .transform((name) => (name === undefined || name === 'HTTP_METHOD_UNSPECIFIED' ? 'POST' : name));

const durationMs = z
  .string()
  .regex(/^\d+(\.\d{1,9})?s$/, 'must be a duration such as "300s"')
  .transform((value) => Number(value.slice(0, -1)) * 1000);

/** The part of a task that a client may give. Source: the Cloud Tasks API, v2, `Task` and `HttpRequest`. */
const taskInput = z.strictObject({
  name: z.string().optional(),
  httpRequest: z.strictObject({
    url: z.url({ protocol: /^https?$/ }).max(2083),
    httpMethod: method.default('POST'),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.base64().default(''),
    oidcToken: z.strictObject({ serviceAccountEmail: z.email(), audience: z.string().optional() }).optional(),
  }),
  scheduleTime: z.iso.datetime({ offset: true }).optional(),
  dispatchDeadline: durationMs
    .refine((ms) => ms >= 15_000 && ms <= 1_800_000, 'must be within 15s and 1800s')
    .default(600_000),
});

const createRequest = z.strictObject({
  task: taskInput,
  responseView: z.union([z.string(), z.int()]).optional(),
});

const TASK_ID = /^[A-Za-z0-9_-]{1,500}$/;
const MAX_AHEAD_MS = 30 * 86_400_000;

/**
 * The task that the body of a create request describes.
 * @throws {ApiError} 400 INVALID_ARGUMENT
 */
export const parseCreateTask = (text: string, parent: string, now: number, newId: () => string): HttpTask => {
  const parsed = createRequest.safeParse(jsonOf(text));
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error));
  const { name, httpRequest, scheduleTime, dispatchDeadline } = parsed.data.task;
  const { url, httpMethod, headers, body, oidcToken } = httpRequest;
  const scheduleAt = scheduleTime === undefined ? now : Date.parse(scheduleTime);
  if (scheduleAt > now + MAX_AHEAD_MS) throw invalid('scheduleTime is more than 30 days ahead');
  return {
    name: name === undefined ? newId() : taskId(name, parent),
    request: { url, method: httpMethod, headers, body: Buffer.from(body, 'base64') },
    audience: oidcToken && (oidcToken.audience ?? url),
    email: oidcToken?.serviceAccountEmail,
    scheduleAt,
    deadlineMs: dispatchDeadline,
  };
};

const taskId = (name: string, parent: string): string => {
  const prefix = `${parent}/tasks/`;
  const id = name.slice(prefix.length);
  if (!name.startsWith(prefix) || !TASK_ID.test(id)) throw invalid(`task.name must be ${prefix}TASK_ID`);
  return id;
};

const jsonOf = (text: string): unknown => {
  const value = parseJson(text);
  if (value === undefined) throw invalid('the body is not JSON');
  return value;
};
