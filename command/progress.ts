import { SingleBar } from 'cli-progress';
import type { Operation } from '../client/src/client.ts';
import type { Surroundings } from './surroundings.ts';

export interface Progress {
  show(operation: Operation): void;
  end(): void;
}

/** A bar for an operation that is waited for. It is shown on a terminal only, and gone at the end. */
export function progressOn(stream: Surroundings['stderr'], name: string): Progress {
  const bar = new SingleBar({
    stream,
    format: `${name} [{bar}] {percentage} % {status} {id}`,
    clearOnComplete: true,
    hideCursor: true,
    // The command itself hears the signals.
    gracefulExit: false,
  });
  let shown = false;
  return {
    show(operation) {
      if (stream.isTTY !== true) return;
      const progress =
        operation.status === 'succeeded' ? 1 : 'progress' in operation ? (operation.progress ?? 0) : 0;
      const fields = { status: operation.status, id: operation.operation_id };
      if (!shown) bar.start(100, 0, fields);
      shown = true;
      bar.update(Math.round(progress * 100), fields);
    },
    end() {
      if (shown) bar.stop();
    },
  };
}
