import { readFileSync } from 'node:fs';
import { type Client, createClient } from '../client/src/client.ts';
import { argumentsOf } from './arguments.ts';
import { checkTexts } from './check-texts.ts';
import { explained } from './explain.ts';
import { cancel, get, list, wait } from './operations.ts';
import type { ExitCode, Surroundings } from './surroundings.ts';
import { USAGE } from './usage.ts';

/** Runs one command line and resolves to its exit code. What fails is told on standard error. */
export async function run(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { stdout, stderr } = surroundings;
  try {
    const given = argumentsOf(argv);
    if (given === 'help' || given === 'version') {
      stdout.write(given === 'help' ? USAGE : `${version()}\n`);
      return 0;
    }
    const client: Client = createClient(surroundings.settings());
    const { command } = given;
    const [id = ''] = given.operands;
    switch (command) {
      case 'proofread':
      case 'critique':
        return await checkTexts(client, command, given, surroundings, version());
      case 'get':
        return await get(client, id, given, surroundings);
      case 'list':
        return await list(client, given, surroundings);
      case 'wait':
        return await wait(client, id, given, surroundings);
      case 'cancel':
        return await cancel(client, id, given, surroundings);
    }
  } catch (error) {
    stderr.write(`${explained(error)}\n`);
    return 2;
  }
}

const version = (): string =>
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;
