/** gRPC status codes; over REST the client maps HTTP statuses to them. Source: https://grpc.io/docs/guides/status-codes/ */
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

const TRANSIENT: readonly unknown[] = [
  GRPC.DEADLINE_EXCEEDED,
  GRPC.RESOURCE_EXHAUSTED,
  GRPC.ABORTED,
  GRPC.INTERNAL,
  GRPC.UNAVAILABLE,
];

export const codeOf = (error: unknown): unknown => (error as { code?: unknown } | undefined)?.code;

export const nameOf = (error: unknown): string => {
  const code = codeOf(error);
  const name = Object.entries(GRPC).find(([, value]) => value === code)?.[0];
  return name ?? (error instanceof Error ? error.name : 'unknown');
};

/** The same call may succeed a little later: overload, network, a fault of the server. */
export const isTransient = (error: unknown): boolean => TRANSIENT.includes(codeOf(error));
