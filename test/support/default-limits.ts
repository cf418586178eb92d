import type { Services } from '../../shared/operations/services.ts';

/** The limits of a service that no setting changes. */
export const DEFAULT_LIMITS: Services['limits'] = {
  syncTextThreshold: 1200,
  syncTimeoutMs: 8000,
  attemptTimeoutMs: 240_000,
  maxAttempts: 5,
  maxAgeMs: 3_600_000,
  ttlDays: 30,
};
