/** For a store that is to be answered, however busy the machine: by itself it gives up after seconds. */
export const PATIENT = { timeoutMs: 60_000, attemptTimeoutMs: 20_000 };
