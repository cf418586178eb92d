import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { eventLoopSaturation } from '../shared/http/load-shedding.ts';
import type { EntranceData, EntranceOrder } from './entrance-thread.ts';

export interface EntranceOptions extends Omit<EntranceData, 'saturated'> {
  readonly port: number;
}

export interface Entrance {
  readonly port: number;
  /** Takes no more connections, and gives requests under way `graceMs` to end. */
  readonly close: (graceMs: number) => Promise<void>;
}

const LOOK_EVERY_MS = 250;
const YOUNG_MIB = 16;

/**
 * The gateway, in a thread of its own: libuv accepts one connection in each turn of the event loop, so that beside the
 * functions, whose analyses make long turns, a crowd of clients would wait unseen, neither served nor refused.
 */
export async function openEntrance({ port, ...options }: EntranceOptions): Promise<Entrance> {
  const saturated = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const workerData: EntranceData = { ...options, saturated };
  const thread = new Worker(new URL('./entrance-thread.ts', import.meta.url), {
    workerData,
    // What passes through is soon garbage: left to itself the heap grows to several times what is in use.
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
  });
  const give = (order: EntranceOrder) => thread.postMessage(order);
  give({ listen: port });
  const [address] = (await once(thread, 'message')) as [AddressInfo];
  const isSaturated = eventLoopSaturation();
  const looking = setInterval(() => Atomics.store(saturated, 0, Number(isSaturated())), LOOK_EVERY_MS);
  return {
    port: address.port,
    async close(graceMs) {
      clearInterval(looking);
      const ended = once(thread, 'exit');
      give({ closeWithin: graceMs });
      await ended;
    },
  };
}
