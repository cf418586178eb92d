import { type MessagePort, parentPort } from 'node:worker_threads';
import { createWriter, type WriterOptions } from './writer.ts';
import type { Request } from './writes.ts';

/** To the thread: a store of this process to write for. */
export interface Opening {
  readonly port: MessagePort;
  readonly options: WriterOptions;
}

/** On the port of a store: requests, each of which is replied to, in their order; or `null` for the end. */
export type Message = readonly Request[] | null;

/** Of one transaction: none is kept for seconds by a crowd behind it. */
const MOST_TOGETHER = 1000;
/**
 * Pages of the log, 16 MB, after which it is brought into the database. Of a page that was logged many times only the last
 * is, so the rarer the cheaper.
 */
const LONG_LOG = 2000;
/** After so long without a request there is time for it. */
const IDLE_MS = 1000;

function serve({ port, options }: Opening): void {
  const writer = createWriter(options);
  const idle = setTimeout(() => writer.checkpoint(1), IDLE_MS);

  port.on('message', (requests: Message) => {
    if (requests === null) {
      clearTimeout(idle);
      writer.close();
      port.close();
      return;
    }
    for (let from = 0; from < requests.length; from += MOST_TOGETHER)
      port.postMessage(writer.carryOut(requests.slice(from, from + MOST_TOGETHER)));
    writer.checkpoint(LONG_LOG);
    idle.refresh();
  });
}

parentPort?.on('message', serve);
