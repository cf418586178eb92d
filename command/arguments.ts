import { parseArgs } from 'node:util';
import { UserError } from './user-error.ts';

export type Command = 'proofread' | 'critique' | 'get' | 'list' | 'wait' | 'cancel';

export interface Arguments {
  readonly command: Command;
  /** Files, or the id of an operation. */
  readonly operands: readonly string[];
  readonly format: 'text' | 'json' | 'sarif';
  readonly fix: boolean;
  readonly disabledRules: readonly string[];
  readonly timeoutMs: number | undefined;
  readonly list: {
    readonly status: string | undefined;
    readonly endpoint: string | undefined;
    readonly pageSize: number | undefined;
    readonly pageToken: string | undefined;
  };
}

const OPTIONS = {
  json: { type: 'boolean' },
  sarif: { type: 'boolean' },
  fix: { type: 'boolean' },
  disable: { type: 'string', multiple: true },
  timeout: { type: 'string' },
  status: { type: 'string' },
  endpoint: { type: 'string' },
  'page-size': { type: 'string' },
  'page-token': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

type Option = keyof typeof OPTIONS;

/** Which options a command takes, and how many operands. */
const COMMANDS: Readonly<
  Record<Command, { readonly options: readonly Option[]; readonly ids: 0 | 1 | 'files' }>
> = {
  proofread: { options: ['json', 'sarif', 'fix', 'disable', 'timeout'], ids: 'files' },
  critique: { options: ['json', 'sarif', 'disable', 'timeout'], ids: 'files' },
  get: { options: ['json', 'timeout'], ids: 1 },
  list: { options: ['json', 'timeout', 'status', 'endpoint', 'page-size', 'page-token'], ids: 0 },
  wait: { options: ['json', 'timeout'], ids: 1 },
  cancel: { options: ['json', 'timeout'], ids: 1 },
};

/** @throws {UserError} */
export function argumentsOf(argv: readonly string[]): Arguments | 'help' | 'version' {
  const { values, positionals } = parsed(argv);
  const [command, ...operands] = positionals;
  if (values.help === true || (command === undefined && argv.length === 0)) return 'help';
  if (values.version === true) return 'version';
  if (command === undefined || !isCommand(command))
    throw new UserError(`${command ?? 'Nothing'} is no command. See --help.`);
  const { options, ids } = COMMANDS[command];
  const other = (Object.keys(values) as Option[]).find((name) => !options.includes(name));
  if (other !== undefined) throw new UserError(`${command} takes no --${other}. See --help.`);
  if (ids !== 'files' && operands.length !== ids)
    throw new UserError(
      `${command} takes ${ids === 0 ? 'no operand' : 'the id of one operation'}. See --help.`,
    );
  const { json = false, sarif = false, fix = false } = values;
  if (json && sarif) throw new UserError('Either --json or --sarif.');
  return {
    command,
    operands,
    format: json ? 'json' : sarif ? 'sarif' : 'text',
    fix,
    disabledRules: values.disable ?? [],
    timeoutMs: numberOf('timeout', values.timeout, 1000),
    list: {
      status: values.status,
      endpoint: values.endpoint,
      pageSize: numberOf('page-size', values['page-size'], 1),
      pageToken: values['page-token'],
    },
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}

function numberOf(name: Option, value: string | undefined, factor: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value) * factor;
  throw new UserError(`--${name} takes a whole number from 1.`);
}

const isCommand = (name: string): name is Command => Object.hasOwn(COMMANDS, name);
