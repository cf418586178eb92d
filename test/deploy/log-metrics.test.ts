import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { countedOf } from '../../infra/counted.ts';
import { ProviderUnavailable } from '../../shared/operations/kind.ts';
import { StoreUnavailable } from '../../shared/operations/store/port.ts';
import { exchange } from '../support/exchange.ts';
import { nothingFound } from '../support/scripted-provider.ts';
import { serveFunctions } from '../support/served-functions.ts';

/** The log metrics of infra/ against the lines that the functions write. */
const metrics = countedOf('sweep-operations', 'worker');
type Metric = keyof typeof metrics;
const served = await serveFunctions();
afterAll(() => served[Symbol.asyncDispose]());
afterEach(() => {
  served.provider.script = nothingFound;
  served.queue.down = false;
  served.interpose(() => ({}));
});

const SEVERITIES = ['DEFAULT', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'];
const TERM = /(NOT )?([\w.]+)(>=|=|>|:)("[^"]*"|[\w*]+)/g;

/** What Cloud Logging makes of a line. */
const entryOf = ({ severity, ...jsonPayload }: Record<string, unknown>) => ({
  severity,
  jsonPayload,
  logName: 'projects/p/logs/run.googleapis.com%2Fstdout',
  resource: { type: 'cloud_run_revision', labels: { service_name: 'worker' } },
});

/**
 * Whether a filter takes an entry. All terms must hold.
 * Source: https://cloud.google.com/logging/docs/view/logging-query-language
 */
function takes(filter: string, entry: object): boolean {
  return [...filter.matchAll(TERM)].every(([, not, path = '', operator, quoted = '']) => {
    const found = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], entry);
    const value = quoted.replaceAll('"', '');
    const holds = () => {
      if (found === undefined) return false;
      if (path === 'severity') return SEVERITIES.indexOf(String(found)) >= SEVERITIES.indexOf(value);
      if (operator === ':') return value === '*' || String(found).includes(value);
      return operator === '>' ? Number(found) > Number(value) : String(found) === value;
    };
    return holds() !== (not !== undefined);
  });
}

/** What each metric counts while `act` runs; those that count nothing are left out. */
async function counting(act: () => Promise<unknown>): Promise<Partial<Record<Metric, number>>> {
  const from = served.logged.length;
  await act();
  const entries = served.logged.slice(from).map(entryOf);
  const counts = Object.entries(metrics).map(
    ([name, { filter }]) => [name, entries.filter((entry) => takes(filter, entry)).length] as const,
  );
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

const json = { 'Content-Type': 'application/json' };
const submit = async (headers: Record<string, string> = {}) =>
  exchange(served.origins.submit, {
    target: '/v1/proofread',
    body: JSON.stringify({ text: 'வணக்கம்' }),
    headers: { ...json, Prefer: 'respond-async', ...(await served.bearer()), ...headers },
  });
const work = async (target: string, body: object = {}) =>
  exchange(served.origins.worker, {
    target,
    body: JSON.stringify(body),
    headers: { ...json, ...(await served.queueBearer()) },
  });
/** An operation, and its task delivered. */
const operate = async () => {
  const { operation_id } = (await submit()).json;
  await work('/tasks/run', { operation_id });
};
const later = (minutes: number) => {
  served.clock.now += minutes * 60_000;
};

describe('the log metrics count', () => {
  it('an attempt, its tokens, and the operation’s end', async () => {
    served.provider.script = (call) => {
      call.context.onSpent?.({ calls: 1, answers: 1, input_tokens: 10, output_tokens: 20 });
      return nothingFound(call);
    };
    expect(await counting(operate)).toEqual({
      attempts: 1,
      'operations-ended': 1,
      'input-tokens': 1,
      'output-tokens': 1,
    });
  });

  it('an attempt that crashes as a fault', async () => {
    served.provider.script = () => {
      throw new Error('crash');
    };
    expect(await counting(operate)).toEqual({ attempts: 1, faults: 1 });
  });

  it('a model that is away as no fault', async () => {
    served.provider.script = () => {
      throw new ProviderUnavailable('away');
    };
    expect(await counting(operate)).toEqual({ attempts: 1 });
  });

  it('a task that the queue does not take, and the sweep that makes it again', async () => {
    served.queue.down = true;
    expect(await counting(() => submit())).toEqual({ 'tasks-not-taken': 1 });
    served.queue.down = false;
    later(10);
    expect(await counting(() => work('/tasks/sweep'))).toEqual({ 'tasks-lost': 1, 'oldest-operation': 1 });
  });

  it('a sweep that fails operations by deadline, and one that does nothing not at all', async () => {
    later(120);
    expect(await counting(() => work('/tasks/sweep'))).toEqual({
      'operations-overdue': 1,
      'oldest-operation': 1,
    });
    expect(await counting(() => work('/tasks/sweep'))).toEqual({});
  });

  it('an operation that the sweep cannot take up', async () => {
    await submit();
    later(10);
    served.interpose(() => ({ update: () => Promise.reject(new Error('refused')) }));
    expect(await counting(() => work('/tasks/sweep'))).toEqual({
      'not-taken-up': 1,
      'oldest-operation': 1,
      faults: 1,
    });
  });

  it('a store that is away as no fault', async () => {
    served.interpose(() => ({ create: () => Promise.reject(new StoreUnavailable('away')) }));
    expect(await counting(() => submit())).toEqual({ 'store-unavailable': 1 });
  });

  it('a record that cannot be read', async () => {
    const { operation_id } = (await submit()).json;
    served.damage(operation_id);
    const counts = await counting(() => work('/tasks/run', { operation_id }));
    expect(counts).toMatchObject({ 'records-corrupt': 1, faults: 1 });
  });

  it('a token that is refused', async () => {
    expect(await counting(() => submit({ Authorization: 'Bearer x' }))).toEqual({ 'tokens-refused': 1 });
  });
});
