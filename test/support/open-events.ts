import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';

export interface OperationEvent {
  readonly id: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever came
  readonly data: any;
}

/** A stream of events as its client has it. */
export interface OpenedEvents {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** The next event; `undefined` where the server has ended the stream, or somebody has cut it. */
  next(): Promise<OperationEvent | undefined>;
  /** All events to the end. */
  rest(): Promise<OperationEvent[]>;
  /** Closes the connection. */
  cut(): void;
  /** Stops reading from the connection. */
  pause(): void;
  /** Whether the server has ended the stream in good order. */
  readonly complete: boolean;
}

/** Asks for the events of an operation over a connection of its own. */
export async function openEvents(url: URL, headers: Readonly<Record<string, string>>): Promise<OpenedEvents> {
  const asked = request(url, { agent: false, headers: { Accept: 'text/event-stream', ...headers } }).end();
  asked.on('error', () => undefined);
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  const events = eventsIn(response);
  const next = async () => (await events.next()).value ?? undefined;
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    next,
    async rest() {
      const all: OperationEvent[] = [];
      for (let event = await next(); event !== undefined; event = await next()) all.push(event);
      return all;
    },
    cut: () => response.destroy(),
    pause: () => void response.socket.pause(),
    get complete() {
      return response.complete;
    },
  };
}

/** Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
async function* eventsIn(response: IncomingMessage): AsyncGenerator<OperationEvent, undefined> {
  const fields = new Map<string, string>();
  const cutIsEnd = () => lines.close();
  const lines = createInterface({ input: response.on('aborted', cutIsEnd) });
  for await (const line of lines) {
    if (line === '') {
      if (fields.get('event') === 'operation')
        yield { id: fields.get('id') ?? '', data: JSON.parse(fields.get('data') ?? '') };
      fields.clear();
    } else {
      const [, name = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      fields.set(name, value);
    }
  }
  return undefined;
}
