import type { Succeeded } from '../../client/src/client.ts';
import type { Finding } from '../findings.ts';
import type { Source } from '../source.ts';

/** What was found in one text. */
export interface Report extends Pick<Source, 'name' | 'path' | 'text'> {
  readonly findings: readonly Finding[];
  /** Absent if the text was blank: then nothing was asked. */
  readonly operation: Succeeded | undefined;
  readonly fixed: boolean;
}
