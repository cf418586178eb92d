import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ProviderUnavailable } from '../../shared/operations/kind.ts';
import type { AnalysisRequest } from '../../shared/providers/port.ts';
import type { FindElsewhere } from '../../shared/providers/tamil.ts';
import type { Found } from './engine-thread.ts';

export interface EngineThreads {
  readonly find: FindElsewhere;
  /** Ends the threads, and rejects what they have not found yet. */
  close(): Promise<void>;
}

export interface EngineThreadsOptions {
  /** The most threads. */
  readonly most?: number;
  /** What a thread runs: it takes an `AnalysisRequest` and answers `Found`. */
  readonly script?: URL;
  /** A thread that has nothing to do for so long ends, with its memory. */
  readonly idleMs?: number;
  /** A thread that works on for so long after its task was aborted is ended. */
  readonly letGoMs?: number;
}

interface Task {
  readonly request: AnalysisRequest;
  readonly settle: (found: Found) => void;
}

interface Thread {
  readonly worker: Worker;
  task: Task | undefined;
  /** Ends the thread: when it was idle too long, or does not let an aborted task go. */
  end: NodeJS.Timeout | undefined;
}

const SCRIPT = new URL('./engine-thread.ts', import.meta.url);
/** Each takes some 40 MB. */
const MOST_THREADS = 4;

/**
 * Threads in which the offline engine analyses texts that would keep the event loop for long. They start when there is
 * something to do. An aborted analysis is not waited for, but its thread lives on: it is done in a tenth of the time that
 * another would take to load the engine.
 */
export function createEngineThreads({
  most = Math.min(MOST_THREADS, availableParallelism()),
  script = SCRIPT,
  idleMs = 60_000,
  letGoMs = 5000,
}: EngineThreadsOptions = {}): EngineThreads {
  const threads = new Set<Thread>();
  const waiting = new Set<Task>();
  let closed = false;

  function start(): Thread {
    const worker = new Worker(script, { name: 'engine', execArgv: [] });
    const thread: Thread = { worker, task: undefined, end: undefined };
    threads.add(thread);
    worker.on('message', (found: Found) => done(thread, found));
    worker.on('error', (error) => gone(thread, error));
    worker.on('exit', (code) => gone(thread, new Error(`a thread of the engine ended with code ${code}`)));
    return thread;
  }

  function gone(thread: Thread, error: unknown): void {
    threads.delete(thread);
    done(thread, { error });
  }

  function done(thread: Thread, found: Found): void {
    clearTimeout(thread.end);
    thread.task?.settle(found);
    thread.task = undefined;
    if (threads.has(thread)) {
      thread.worker.unref();
      thread.end = endAfter(thread, idleMs);
    }
    next();
  }

  const endAfter = (thread: Thread, ms: number) =>
    setTimeout(() => {
      // It takes a moment to end, and must not be given another text in it.
      threads.delete(thread);
      void thread.worker.terminate();
      next();
    }, ms).unref();

  /** Gives the first that waits to a thread that is free, or to a new one. */
  function next(): void {
    const [task] = waiting;
    if (task === undefined) return;
    const free = [...threads].find((thread) => thread.task === undefined);
    if (free === undefined && threads.size >= most) return;
    const thread = free ?? start();
    waiting.delete(task);
    clearTimeout(thread.end);
    thread.task = task;
    thread.worker.ref();
    thread.worker.postMessage(task.request);
  }

  function abort(task: Task): void {
    if (waiting.delete(task)) return;
    const thread = [...threads].find((one) => one.task === task);
    if (thread !== undefined) thread.end = endAfter(thread, letGoMs);
  }

  const find: FindElsewhere = (request, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (closed) throw ending();
      const leave = () => {
        abort(task);
        reject(signal.reason);
      };
      const task: Task = {
        request,
        settle: (found) => {
          signal.removeEventListener('abort', leave);
          if ('error' in found) reject(found.error);
          else resolve(found.findings as never);
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      waiting.add(task);
      next();
    });

  return {
    find,
    async close() {
      closed = true;
      for (const { settle } of waiting) settle({ error: ending() });
      waiting.clear();
      for (const { task } of threads) task?.settle({ error: ending() });
      await Promise.all([...threads].map(({ worker }) => worker.terminate()));
    },
  };
}

const ending = () => new ProviderUnavailable('the threads of the engine are ending');
