import { isFailure } from '../../shared/operations/store/sqlite/commit.ts';
import { errorOf, type WriteThread } from '../../shared/operations/store/sqlite/write-thread.ts';
import { createWriter, type WriterOptions } from '../../shared/operations/store/sqlite/writer.ts';

/** The same writes in the test's own thread, each by itself: it has settled when the fake timers go on. */
export function writeInline(options: WriterOptions): WriteThread {
  const writer = createWriter(options);
  return {
    async ask(request) {
      const [reply] = writer.carryOut([request]);
      if (isFailure(reply)) throw errorOf(reply);
      return reply;
    },
    async close() {
      writer.close();
    },
  };
}
