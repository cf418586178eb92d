import type { Settings } from './config.ts';

/** What the command has of its process. */
export interface Surroundings {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** @throws {UserError} */
  readonly settings: () => Settings;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** 0: nothing was found, or all was fixed; 1: something was found; 2: an error. */
export type ExitCode = 0 | 1 | 2;
