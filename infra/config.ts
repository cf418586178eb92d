import * as z from 'zod';
import { readSettings } from '../scripts/deploy/settings.ts';
import { type Settings, settings } from './settings.ts';

/** A structured value of a stack file, which Pulumi hands over as JSON. */
const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((value, { addIssue }): unknown => {
      try {
        return JSON.parse(value);
      } catch {
        addIssue({ code: 'custom', message: 'must be structured, not a plain value' });
        return z.NEVER;
      }
    })
    .pipe(schema);

const digest = z
  .string()
  .regex(/^[^@\s]+@sha256:[0-9a-f]{64}$/, 'must name an image by its digest (…@sha256:…)');
const revision = z.string().min(1);
const share = z.coerce.number().gt(0.5).lt(1);

const stack = z.strictObject({
  image: digest.optional(),
  /** Revisions that keep the traffic while the new ones are asked. */
  serving: json(z.strictObject({ submit: revision, worker: revision, operations: revision })).optional(),
  /** Projects that deploy images of this project's repository. */
  imageReaders: json(
    z.array(z.strictObject({ project: z.string().min(6), number: z.coerce.string().regex(/^\d+$/) })),
  ).prefault('[]'),
  alertEmails: json(z.array(z.email()).min(1, 'somebody must be told')),
  budget: json(
    z.strictObject({
      billingAccount: z.string().regex(/^[0-9A-F]{6}-[0-9A-F]{6}-[0-9A-F]{6}$/),
      currency: z.string().regex(/^[A-Z]{3}$/),
      monthly: z.coerce.number().int().positive(),
    }),
  ),
  outputTokensPerHour: z.coerce.number().int().positive(),
  /** Seconds since its creation after which an operation that still waits is an alert. */
  oldestOperationS: z.coerce.number().int().min(60).default(600),
  availability: share.default(0.999),
  /** Of the answers of `submit`: how many come within how many milliseconds. */
  latency: json(z.strictObject({ share, ms: z.coerce.number().positive() })).prefault(
    '{"share":0.95,"ms":10000}',
  ),
  domain: json(
    z.strictObject({
      name: z.hostname().regex(/\./, 'must be a domain name'),
      requestsPerMinuteOfAnAddress: z.coerce.number().int().positive(),
    }),
  ).optional(),
  settings: json(z.record(z.string(), z.coerce.string())).prefault('{}'),
});

export interface Config extends Omit<z.output<typeof stack>, 'settings'> {
  readonly project: string;
  readonly settings: Settings;
}

/** The stack's configuration has faults. `message` lists them, one a line. */
export class ConfigFaults extends Error {
  override readonly name = 'ConfigFaults';
  /** Tells Pulumi to print the message alone. */
  readonly hideStack = true;
}

/**
 * The configuration of a stack: `all` has each value under `namespace:name`, as Pulumi keeps it.
 * @throws {ConfigFaults} naming every wrong, missing or unknown value
 */
export function readConfig(all: Readonly<Record<string, string>>): Config {
  const faults: string[] = [];
  const read = <T extends z.ZodType>(schema: T, value: unknown, prefix: string): z.output<T> | undefined => {
    const { success, data, error } = schema.safeParse(value);
    if (success) return data;
    for (const { path, message } of error.issues)
      faults.push(`${[prefix, ...path.map(String)].join(':')}: ${message}`);
    return undefined;
  };
  const own = Object.entries(all).flatMap(([key, value]) =>
    key.startsWith('tamil:') ? [[key.slice('tamil:'.length), value] as const] : [],
  );
  const id = z.string('must be set').regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, 'must be the id of a project');
  const project = read(id, all['gcp:project'], 'gcp:project');
  const given = read(stack, Object.fromEntries(own), 'tamil');
  // What is not in the file would be read by nobody.
  const lines = readSettings({ PROJECT_ID: project ?? 'unknown-project', ...given?.settings });
  const set = given && read(settings, { ...given.settings, ...lines }, 'tamil:settings');
  if (project === undefined || given === undefined || set === undefined || faults.length > 0)
    throw new ConfigFaults(
      ['The configuration of the stack has faults:', ...faults.map((f) => `  ${f}`)].join('\n'),
    );
  return { ...given, project, settings: set };
}
