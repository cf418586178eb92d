import { once } from 'node:events';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { StoreUnavailable } from '../port.ts';
import { type Failure, isFailure, type Reply } from './commit.ts';
import { StoreCorrupt } from './outages.ts';
import type { Message, Opening } from './thread.ts';
import type { WriterOptions } from './writer.ts';
import type { Request, Written } from './writes.ts';

export interface WriteThread {
  /**
   * Resolves when the request has been carried out and is on the disk.
   * @throws {StoreUnavailable}
   */
  ask(request: Request): Promise<Written>;
  /** Ends the thread's work for the store, after all that was asked. */
  close(): Promise<void>;
}

/** Told that the thread has ended by itself: nothing can be written any more. */
export type OnCrash = (error: Error) => void;

/** One thread writes for all stores of the process. */
let shared: Worker | undefined;

function startThread(): Worker {
  // What the process was told to load first is for the process.
  const options = { name: 'sqlite', execArgv: [] };
  const thread = new Worker(new URL('./thread.ts', import.meta.url), options);
  thread.setMaxListeners(0).once('exit', () => {
    shared = undefined;
  });
  // What waits for it keeps the process from ending; it alone does not.
  thread.unref();
  return thread;
}

/**
 * The way to the thread; the first request opens it. Each message is one commit, whose cost hardly depends on how much is in
 * it. So one is under way at a time, and has all that was asked for meanwhile, or in the same turn of the event loop.
 */
export function createWriteThread(options: WriterOptions, onCrash: OnCrash): WriteThread {
  let port: MessagePort | undefined;
  /** Why nothing can be asked any more. */
  let ended: StoreUnavailable | undefined;
  let outbox: Request[] = [];
  let gathering = false;
  /** For the replies, which come in the order of the requests: to those that are under way, then to those in the outbox. */
  let waiting: PromiseWithResolvers<Written>[] = [];
  let underWay = 0;

  function open(): MessagePort {
    shared ??= startThread();
    shared.on('error', crash).on('exit', crashed);
    const { port1, port2 } = new MessageChannel();
    shared.postMessage({ port: port2, options } satisfies Opening, [port2]);
    return port1.on('message', receive);
  }

  function receive(replies: readonly Reply[]): void {
    const answered = waiting.splice(0, replies.length);
    underWay -= replies.length;
    if (waiting.length === 0) port?.unref();
    else if (underWay === 0) gather();
    answered.forEach(({ resolve, reject }, n) => {
      const reply = replies[n];
      if (isFailure(reply)) reject(errorOf(reply));
      else resolve(reply);
    });
  }

  const crashed = (code: number) => crash(new Error(`the thread that writes ended with code ${code}`));

  function crash(error: Error): void {
    if (ended !== undefined) return;
    giveUp(new StoreUnavailable('SQLite: the thread that writes has ended', { cause: error }));
    onCrash(error);
  }

  function giveUp(reason: StoreUnavailable): void {
    ended = reason;
    for (const { reject } of waiting) reject(reason);
    waiting = [];
  }

  /** Sends what this turn of the event loop asks for. */
  function gather(): void {
    if (gathering) return;
    gathering = true;
    setImmediate(() => {
      gathering = false;
      flush();
    });
  }

  function flush(): void {
    if (outbox.length === 0) return;
    port ??= open();
    port.ref();
    port.postMessage(outbox satisfies Message);
    underWay += outbox.length;
    outbox = [];
  }

  return {
    ask(request) {
      if (ended !== undefined) return Promise.reject(ended);
      outbox.push(request);
      if (underWay === 0) gather();
      const reply = Promise.withResolvers<Written>();
      waiting.push(reply);
      return reply.promise;
    },
    async close() {
      if (ended !== undefined) return;
      const reason = new StoreUnavailable('SQLite: the store is closed');
      ended = reason;
      flush();
      if (port === undefined) return;
      const closed = once(port, 'close');
      port.ref();
      port.postMessage(null satisfies Message);
      await closed;
      shared?.off('error', crash).off('exit', crashed);
      giveUp(reason);
    },
  };
}

export function errorOf({ failed, message }: Failure): Error {
  if (failed === 'fault') return new Error(message);
  return new (failed === 'corrupt' ? StoreCorrupt : StoreUnavailable)(`SQLite: ${message}`);
}
