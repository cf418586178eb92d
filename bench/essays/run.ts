import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { formsOf } from '../../tamil/lexicon/generate.ts';
import { readStems } from '../../tamil/lexicon/stems.ts';
import { exchange } from '../measure/load.ts';
import { processTime, untilIdle } from '../measure/process-time.ts';
import { progress } from '../measure/rounds.ts';
import { startNpmStart } from '../systems/npm-start.ts';

const UNITS = 20_000;
const PER_SECOND = 8;
/** An analysis at first use loads the engine, in each thread. */
const WARM_UP = 8;

const WORDS_OF_A_SENTENCE = 8;
/** A prime: one stem after the other would be no text. */
const STRIDE = 7919;

interface Stops {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly longest: number;
}

/** How long the event loop of `npm start` stands still while essays of 20,000 units come at 8 a second. Prints one line. */
export async function measureEssays(seconds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-essays-'));
  const file = join(folder, 'stops.json');
  const notes = pathToFileURL(join(import.meta.dirname, 'note-stops.mjs'));
  const service = await startNpmStart({ NODE_OPTIONS: `--import=${notes}`, STOPS: file });
  const [pid = 0] = service.pids;
  const essays = makeEssays(WARM_UP + seconds * PER_SECOND);
  const send = async (essay: string) => {
    const ask = { ...service.post, path: '/v1/essay-critique', body: JSON.stringify({ essay }) };
    const { status, body } = await exchange(service.origin, ask);
    if (status !== ask.expect) throw new Error(`${ask.path} answered ${status}: ${body.slice(0, 200)}`);
  };
  try {
    await Promise.all(essays.splice(0, WARM_UP).map(send));
    await untilIdle(service.pids);
    const before = processTime(service.pids);
    process.kill(pid, 'SIGUSR2');
    const sent: Promise<void>[] = [];
    for (const [at, essay] of essays.entries()) {
      progress(`essays: ${at} of ${essays.length}`);
      sent.push(send(essay));
      await sleep(1000 / PER_SECOND);
    }
    await Promise.all(sent);
    process.kill(pid, 'SIGUSR2');
    progress('');
    await untilIdle(service.pids);
    const processorMs = (processTime(service.pids) - before) / 1000 / essays.length;
    const { p50, p99, p999, longest }: Stops = JSON.parse(readFileSync(file, 'utf8'));
    const ms = (value: number) => `${value.toFixed(1)} ms`;
    console.log(
      `${essays.length} essays of ${UNITS} units, ${PER_SECOND} a second: the event loop looks up after ${ms(p50)} (p50), ` +
        `${ms(p99)} (p99), ${ms(p999)} (p99.9), ${ms(longest)} at most; ${ms(processorMs)} of processor time each\n`,
    );
  } finally {
    await service.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sentences of the lexicon's words, which come again after some essays, in other sentences. */
function makeEssays(count: number): string[] {
  const words = readStems()
    .flatMap((entry) => formsOf(entry).take(2))
    .map(({ word }) => word)
    .toArray();
  let next = 0;
  const sentence = () =>
    Array.from({ length: WORDS_OF_A_SENTENCE }, () => {
      next = (next + STRIDE) % words.length;
      return words[next];
    }).join(' ');
  return Array.from({ length: count }, () => {
    let essay = '';
    while (essay.length < UNITS) essay += `${sentence()}. `;
    return essay.slice(0, UNITS);
  });
}
