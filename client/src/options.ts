import type { Endpoint, Operation, Status } from './operation.ts';
import type { TokenSource } from './token.ts';

export interface ClientOptions {
  /** Where the API is, such as `https://analysis.example`. In a browser, `''` is the origin of the page. */
  readonly baseUrl: string | URL;
  /**
   * The bearer token, or a function that gives it. The function is called for each request, and once more with the refused
   * token after a 401; it should keep a token for as long as it is valid.
   */
  readonly token: string | TokenSource;
  /** Takes the place of the platform's `fetch`. */
  readonly fetch?: typeof fetch;
  /** After so many milliseconds an answer is taken for lost, and the request is sent again. 30,000 by default. */
  readonly answerWithinMs?: number;
}

export interface CallOptions {
  /** Ends the call with an `AbortError`. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds for the whole call: requests, pauses and waiting. By default 15 minutes where an operation is waited for, else
   * one minute.
   */
  readonly deadlineMs?: number | undefined;
}

export interface WaitOptions<E extends Endpoint = Endpoint> extends CallOptions {
  /** Hears each new state of an accepted operation: a new `status`, or `progress` from 0 to 1 where it is known. */
  readonly onProgress?: ((operation: Operation<E>) => void) | undefined;
  /** Cancels the operation if `signal` is aborted. Without it the operation goes on. */
  readonly cancelOnAbort?: boolean | undefined;
}

export interface AnalysisOptions<E extends Endpoint = Endpoint> extends WaitOptions<E> {
  /** Hears of an operation that was accepted and not answered at once, before it is waited for. Keep its id for `resume`. */
  readonly onAccepted?: ((operation: Operation<E>) => void) | undefined;
  /** 1 to 200 visible ASCII characters. By default a random one. Every retry of the call sends the same. */
  readonly idempotencyKey?: string | undefined;
  /** Rules or families of the offline engine whose findings are left out, such as `sandhi/dative` or `sandhi`. */
  readonly disabledRules?: readonly string[] | undefined;
}

export interface ListOptions extends CallOptions {
  readonly status?: Status | undefined;
  readonly endpoint?: Endpoint | undefined;
  /** 1 to 100; 20 by default. */
  readonly pageSize?: number | undefined;
  /** `next_page_token` of the page before. */
  readonly pageToken?: string | undefined;
}
