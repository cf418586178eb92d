import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { freePort } from '../../local/emulated/free-port.ts';
import { COMPILE_CACHE, KEEP_COMPILED } from './compile-cache.ts';

/** A process that was started with `env` in its environment, as the test that started it sees it. */
export interface Controls {
  readonly env: Readonly<Record<string, string>>;
  /** Puts the process's clock so many milliseconds ahead of the machine's; less than 0 is behind. */
  readonly clock: (aheadMs: number) => Promise<void>;
  /** A call to the worker of `npm start`, beside those of its queue; `''` before its first sweep. */
  readonly call: (line: `deliver ${string}` | 'sweep' | 'ask') => Promise<string>;
}

const PRELOAD = new URL('./process-controls.ts', import.meta.url);

export async function createControls(): Promise<Controls> {
  const port = await freePort();
  const ask = async (line: string): Promise<string> => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`${line}\n`);
    return (await text(socket)).trim();
  };
  return {
    env: {
      ...COMPILE_CACHE,
      NODE_OPTIONS: `--import=${PRELOAD} --import=${KEEP_COMPILED}`,
      CONTROL_PORT: String(port),
    },
    clock: async (aheadMs) => void (await ask(`clock ${aheadMs}`)),
    call: ask,
  };
}
