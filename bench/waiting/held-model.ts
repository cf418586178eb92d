import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A language model that answers only when it is told to. */
export interface HeldModel {
  /** What goes into `GEMINI_BASE_URL`. */
  readonly url: string;
  /** Calls that are not answered. */
  readonly held: number;
  /** Answers the oldest call. */
  release(): void;
  close(): void;
}

const NOTHING_FOUND = JSON.stringify({
  candidates: [
    { content: { role: 'model', parts: [{ text: '{"issues":[]}' }] }, finishReason: 'STOP', index: 0 },
  ],
  usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
});

/** Source: https://ai.google.dev/api/generate-content */
export async function startHeldModel(): Promise<HeldModel> {
  const calls: ServerResponse[] = [];
  const server = createServer((req, res) => {
    req.resume().on('end', () => calls.push(res));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get held() {
      return calls.length;
    },
    release() {
      calls.shift()?.writeHead(200, { 'content-type': 'application/json' }).end(NOTHING_FOUND);
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
