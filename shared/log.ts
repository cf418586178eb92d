import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { type DestinationStream, destination, type Logger, pino } from 'pino';
import { createIsoTime } from './iso-time.ts';

export type Log = Logger;

const SEVERITIES: Readonly<Record<string, string>> = {
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARNING',
  error: 'ERROR',
  fatal: 'CRITICAL',
};

/**
 * One JSON line per entry, in the fields Cloud Logging reads: `severity`, `message`, `time`. A fault of ours, at ERROR or
 * above, has its stack at the top as `stack_trace`, where alone Error Reporting looks. A warning has it below `err`.
 * Source: https://cloud.google.com/logging/docs/structured-logging,
 * https://cloud.google.com/error-reporting/docs/formatting-error-messages
 * A line may wait for others for `lingerMs`.
 */
export function createLog(
  { level, service, lingerMs = 0 }: { level: string; service: string; lingerMs?: number | undefined },
  to?: DestinationStream,
): Log {
  const isoTime = createIsoTime();
  const options = {
    level,
    base: { service },
    messageKey: 'message',
    timestamp: () => `,"time":"${isoTime(Date.now())}"`,
    formatters: { level: (label: string) => ({ severity: SEVERITIES[label] ?? 'DEFAULT' }) },
    serializers: { err: errorFields },
    // An object of its own for each line: pino puts the line's fields into it.
    mixin: ({ err }: { err?: unknown }, levelNumber: number) =>
      levelNumber >= ERROR && err instanceof Error ? { stack_trace: err.stack } : {},
  };
  return pino(options, to ?? linesTogether(lingerMs));
}

const ERROR = pino.levels.values['error'] ?? 50;

/**
 * Standard output, written once for all lines of a turn of the event loop, or of `lingerMs`: under load, a write for each
 * line would take a fifth of the processor time.
 */
function linesTogether(lingerMs: number): DestinationStream {
  // Whoever reads a pipe or a terminal may stop reading. The service must not stop too, so a thread writes there.
  const output = destination({ fd: STDOUT, sync: !hasReader(STDOUT) });
  // Bytes, since pino's lines are strings of a hundred parts each, which are best put together at once.
  let lines = Buffer.allocUnsafe(FEW_BYTES);
  let used = 0;
  const flushTo = (to: DestinationStream) => {
    if (used > 0) to.write(lines.toString('utf8', 0, used));
    used = 0;
    if (lines.length > FEW_BYTES) lines = Buffer.allocUnsafe(FEW_BYTES);
  };
  const makeRoomFor = (bytes: number) => {
    if (used + bytes <= lines.length) return;
    const more = Buffer.allocUnsafe(2 * (used + bytes));
    lines.copy(more, 0, 0, used);
    lines = more;
  };
  const flush = () => flushTo(output);
  let flushesAtExit = false;
  // No thread comes to write any more. What it was given before has been written by then.
  const flushAtExit = () => {
    flushesAtExit = true;
    process.once('exit', () => flushTo(destination({ fd: STDOUT, sync: true })));
  };
  return {
    write(line) {
      if (!flushesAtExit) flushAtExit();
      makeRoomFor(line.length * MOST_BYTES_A_UNIT);
      if (used === 0 && lingerMs === 0) setImmediate(flush);
      else if (used === 0) setTimeout(flush, lingerMs).unref();
      used += lines.write(line, used);
    },
  };
}

const STDOUT = 1;
/** Room for the lines that usually wait together. */
const FEW_BYTES = 64 * 1024;
/** A code unit in UTF-8. */
const MOST_BYTES_A_UNIT = 3;

function hasReader(fd: number): boolean {
  const stats = fstatSync(fd);
  return stats.isFIFO() || stats.isSocket() || isatty(fd);
}

/** An error with its causes. Only name, message, code and stack are logged; other properties may hold a text or a token. */
function errorFields(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  return {
    name: error.name,
    message: error.message,
    ...('code' in error && { code: error.code }),
    stack_trace: error.stack,
    ...(error.cause !== undefined && { cause: errorFields(error.cause) }),
  };
}
