/** One event of a stream. */
export interface StreamEvent {
  readonly event: string;
  readonly data: string;
  /** The last `id` that the stream has named, or `''`. */
  readonly id: string;
}

/** The connection broke before the stream had ended. */
export class StreamBroken extends Error {
  override readonly name = 'StreamBroken';
}

/**
 * Parses a `text/event-stream` as it comes. `onBytes` hears every sign of life, comments too.
 * Source: https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 * @throws {StreamBroken}
 */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void = () => undefined,
): AsyncGenerator<StreamEvent, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let id = '';
  let event = '';
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((cause: unknown) => {
        throw new StreamBroken('The stream broke.', { cause });
      });
      if (done) return;
      onBytes();
      // A final CR may be the first half of a CRLF.
      const lines = (rest + decoder.decode(value, { stream: true })).split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') {
          if (data.length > 0) yield { event: event || 'message', data: data.join('\n'), id };
          event = '';
          data = [];
          continue;
        }
        const [, name, content = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
        if (name === 'data') data.push(content);
        else if (name === 'event') event = content;
        else if (name === 'id' && !content.includes('\0')) id = content;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
