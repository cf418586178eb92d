/**
 * Status codes as Google's clients put them into `error.code`; over REST they map HTTP statuses to them.
 * Source: https://grpc.io/docs/guides/status-codes/
 */
export const GRPC = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

/** Codes of overload, network and server faults. A broken connection may show as CANCELLED or UNKNOWN. */
const TRANSIENT: ReadonlySet<unknown> = new Set([
  GRPC.CANCELLED,
  GRPC.UNKNOWN,
  GRPC.DEADLINE_EXCEEDED,
  GRPC.RESOURCE_EXHAUSTED,
  GRPC.ABORTED,
  GRPC.INTERNAL,
  GRPC.UNAVAILABLE,
]);

export const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code;

export const nameOf = (error: unknown): string => {
  const code = codeOf(error);
  const name = Object.entries(GRPC).find(([, value]) => value === code)?.[0];
  return name ?? (error instanceof Error ? error.name : 'unknown');
};

/** Whether the same call may succeed later. The failed call may have been carried out all the same. */
export const isTransient = (error: unknown): boolean => TRANSIENT.has(codeOf(error));
