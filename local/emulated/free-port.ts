import { randomInt } from 'node:crypto';
import getPort from 'get-port';

/** Below what systems give to outgoing connections (Linux from 32768, others from 49152), so that none takes it meanwhile. */
const FROM = 10_000;
const TO = 32_768;
const TRIES = 100;

/** A loopback port that was free a moment ago. */
export const freePort = (): Promise<number> =>
  getPort({ host: '127.0.0.1', port: Array.from({ length: TRIES }, () => randomInt(FROM, TO)) });
