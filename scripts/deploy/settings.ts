import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';

export type Settings = Readonly<Record<string, string>>;

/**
 * The settings of `settings.env`, as the scripts beside it read them: a variable of `env` goes before its line, unless it is
 * empty. `env` names the project as `PROJECT_ID`.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const lines = parseEnv(readFileSync(new URL('settings.env', import.meta.url), 'utf8'));
  const variables: Record<string, string | undefined> = {
    PROJECT_ID: env['PROJECT_ID'],
    _REGION: env['_REGION'] || lines['_REGION'],
  };
  const filled = (value: string) => value.replaceAll(/\$\{(\w+)\}/g, (_, name) => variables[name] ?? '');
  return Object.fromEntries(
    Object.entries(lines).map(([name, value = '']) => [name, env[name] || filled(value)]),
  );
}
