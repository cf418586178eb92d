/** How a dispatch ended: with a response, or without one for the reason named. */
export type Outcome =
  | { readonly status: number; readonly retryAfterMs?: number | undefined; readonly reason?: undefined }
  | {
      readonly status?: undefined;
      readonly reason: 'DEADLINE_EXCEEDED' | 'UNAVAILABLE';
      readonly detail: string;
    };

export const acknowledged = (outcome: Outcome): boolean =>
  outcome.status !== undefined && outcome.status >= 200 && outcome.status <= 299;
