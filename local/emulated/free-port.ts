import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import getPort from 'get-port';

/** Below what systems give to outgoing connections (Linux from 32768, others from 49152), so that none takes it meanwhile. */
const FROM = 10_000;
const TO = 32_768;
const TRIES = 100;

/** A loopback port that is free, and that no other process is given by this function while this one runs. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = await getPort({
      host: '127.0.0.1',
      port: Array.from({ length: TRIES }, () => randomInt(FROM, TO)),
    });
    if (await reserved(port)) return port;
  }
}

/**
 * Takes the UDP port of the same number, which nothing here sends to. Another process sees by it that the
 * port is given, also before its server listens and while that is started again. The system frees it when
 * this process ends, however it ends.
 */
async function reserved(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref();
  try {
    await once(socket.bind(port, '127.0.0.1'), 'listening');
    return true;
  } catch (error) {
    socket.close();
    if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
    throw error;
  }
}
