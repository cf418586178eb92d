import type { Exchange, History, Observed } from './history.ts';

export interface Violation {
  readonly rule: string;
  readonly detail: string;
}

/** What the provider and the log say, for the one rule that the history alone cannot decide. */
export interface Accounts {
  /** Calls of the provider by index in the plan. */
  readonly calls: ReadonlyMap<number, number>;
  /** Highest number of a worker's attempt that was logged, by operation id. */
  readonly attempts: ReadonlyMap<string, number>;
  /** When something was killed, on the clock of the history. */
  readonly kills: readonly number[];
}

const RANK: Readonly<Record<string, number>> = {
  queued: 0,
  running: 1,
  succeeded: 2,
  failed: 2,
  cancelled: 2,
};
const isTerminal = (status: string) => RANK[status] === 2;
/** Everything that a client of this mix may be answered. 500 is none of it. */
const EXPECTED = new Set([200, 202, 404, 409, 422, 502, 503]);

type Sighting = Observed & { readonly exchange: Exchange };

/** Every way in which the history breaks what the service promises. */
export function check(history: History, accounts?: Accounts): Violation[] {
  const sightings = history.flatMap((exchange) => exchange.seen.map((seen) => ({ ...seen, exchange })));
  const byId = Map.groupBy(sightings, ({ id }) => id);
  return [
    ...answers(history),
    ...tenants(history),
    ...keys(history),
    ...lost(history, byId),
    ...cancellations(history, byId),
    ...[...byId].flatMap(([id, seen]) => life(id, seen)),
    ...(accounts === undefined ? [] : paid(history, byId, accounts)),
  ];
}

function answers(history: History): Violation[] {
  return history.flatMap(({ action, index, status, code, contentType }) => {
    if (status === undefined) return [];
    const what = `${action} of ${index}: ${status} ${code ?? ''}`;
    if (!EXPECTED.has(status)) return [{ rule: 'unexpected answer', detail: what }];
    if (status >= 400 && (!contentType?.includes('application/problem+json') || code === 'none'))
      return [{ rule: 'a refusal that is no problem document', detail: what }];
    return [];
  });
}

/** Nobody sees, finds or cancels what is another's. */
function tenants(history: History): Violation[] {
  const owners = new Map<string, string>();
  for (const { action, tenant, seen } of history) {
    if (action === 'submit') for (const { id } of seen) owners.set(id, tenant);
  }
  return history.flatMap(({ action, tenant, id, status, seen }) => {
    const foreign = seen.filter((one) => one.tenant !== tenant || (owners.get(one.id) ?? tenant) !== tenant);
    if (foreign.length > 0)
      return [{ rule: 'cross-tenant read', detail: `${tenant} saw ${foreign[0]?.id} by ${action}` }];
    const owner = id === undefined ? undefined : owners.get(id);
    if (owner !== undefined && owner !== tenant && status !== undefined && status !== 404 && status !== 503)
      return [{ rule: 'cross-tenant answer', detail: `${tenant} got ${status} for ${owner}’s ${id}` }];
    return [];
  });
}

/** One key of one tenant and endpoint is one operation with one body, made once. */
function keys(history: History): Violation[] {
  const keyed = history.filter(({ action, key }) => action === 'submit' && key !== undefined);
  const scopes = Map.groupBy(keyed, ({ tenant, endpoint, key }) => `${tenant} ${endpoint} ${key}`);
  return [...scopes].flatMap(([scope, exchanges]) => {
    const answered = exchanges.filter(({ seen }) => seen.length > 0);
    const distinct = (of: (exchange: Exchange) => unknown) => new Set(answered.map(of)).size;
    const violations: Violation[] = [];
    if (distinct(({ seen }) => seen[0]?.id) > 1)
      violations.push({ rule: 'one key, two operations', detail: scope });
    if (distinct(({ body }) => body) > 1) violations.push({ rule: 'one key, two bodies', detail: scope });
    if (answered.filter(({ replayed }) => replayed !== true).length > 1)
      violations.push({ rule: 'one key, made twice', detail: scope });
    return violations;
  });
}

/** Whatever was ever shown ends, and what was accepted is there for its owner until then and after. */
function lost(history: History, byId: ReadonlyMap<string, readonly Sighting[]>): Violation[] {
  const accepted = new Map<string, Exchange>();
  for (const exchange of history) {
    const [seen] = exchange.action === 'submit' ? exchange.seen : [];
    if (seen !== undefined && !accepted.has(seen.id)) accepted.set(seen.id, exchange);
  }
  const endless = [...byId.keys()].filter((id) => !byId.get(id)?.some(({ status }) => isTerminal(status)));
  const missing = history.filter(({ action, id, status, tenant, started }) => {
    const by = id === undefined || action === 'submit' ? undefined : accepted.get(id);
    return by !== undefined && by.tenant === tenant && by.ended < started && status === 404;
  });
  return [
    ...endless.map((id) => ({
      rule: 'never ended',
      detail: `${id}, ${byId.get(id)?.at(-1)?.status}`,
    })),
    ...missing.map(({ id }) => ({ rule: 'accepted and not found', detail: String(id) })),
  ];
}

/** A cancel that was refused because the operation had finished did not cancel it. */
function cancellations(history: History, byId: ReadonlyMap<string, readonly Sighting[]>): Violation[] {
  return history.flatMap(({ action, id, code, status, seen }) => {
    if (action !== 'cancel' || id === undefined) return [];
    const cancelled = byId.get(id)?.some((one) => one.status === 'cancelled') ?? false;
    if (code === 'operation-already-finished' && cancelled)
      return [{ rule: 'refused to cancel what was cancelled', detail: id }];
    if (status === 200 && seen[0]?.status !== 'cancelled')
      return [{ rule: 'cancelled, but is not', detail: id }];
    return [];
  });
}

/** States move on only, a terminal one stays as it is, and what is fixed at the start stays fixed. */
function life(id: string, sightings: readonly Sighting[]): Violation[] {
  const violations = new Map<string, Violation>();
  const broken = (rule: string, detail: string) => violations.set(rule, { rule, detail: `${id}: ${detail}` });
  const [first] = sightings;
  for (const { status, created_at, endpoint } of sightings) {
    if (!(status in RANK)) broken('unknown state', status);
    if (created_at !== first?.created_at || endpoint !== first.endpoint)
      broken('identity changed', `${created_at} ${endpoint}`);
  }
  const terminal = sightings.filter(({ status }) => isTerminal(status));
  if (new Set(terminal.map(({ summary }) => summary)).size > 1)
    broken('terminal state changed', terminal.map(({ status }) => status).join(' '));
  if (new Set(terminal.flatMap(({ whole }) => whole ?? [])).size > 1)
    broken('result changed', String(terminal[0]?.status));

  // Only an answer that had come before the other was asked for is known to be the earlier.
  const byEnd = sightings.toSorted((a, b) => a.exchange.ended - b.exchange.ended);
  const byStart = sightings.toSorted((a, b) => a.exchange.started - b.exchange.started);
  let at = 0;
  let latest = { rank: 0, status: 'queued', updated_at: '' };
  for (const { status, updated_at, exchange } of byStart) {
    for (; (byEnd[at]?.exchange.ended ?? Number.POSITIVE_INFINITY) < exchange.started; at += 1) {
      const { status: seen = '', updated_at: then = '' } = byEnd[at] ?? {};
      if ((RANK[seen] ?? 0) >= latest.rank) latest = { ...latest, rank: RANK[seen] ?? 0, status: seen };
      if (then > latest.updated_at) latest.updated_at = then;
    }
    if ((RANK[status] ?? 0) < latest.rank) broken('state moved back', `${latest.status}, then ${status}`);
    if (updated_at < latest.updated_at) broken('time moved back', `${latest.updated_at}, then ${updated_at}`);
  }
  return [...violations.values()];
}

/**
 * The provider was asked no oftener than there were attempts. An attempt that was killed may have written no line, so
 * each kill in an operation's life hides one at most.
 */
function paid(
  history: History,
  byId: ReadonlyMap<string, readonly Sighting[]>,
  { calls, attempts, kills }: Accounts,
): Violation[] {
  const submissions = Map.groupBy(
    history.filter(({ action }) => action === 'submit'),
    ({ index }) => index,
  );
  return [...calls].flatMap(([index, count]) => {
    const asked = submissions.get(index) ?? [];
    const ids = new Set(asked.flatMap(({ seen }) => seen.map(({ id }) => id)));
    if (ids.size === 0) return [];
    const logged = [...ids].reduce((sum, id) => sum + (attempts.get(id) ?? 0), 0);
    const windows = asked.filter(({ synchronous }) => synchronous);
    const synchronous = asked.some(({ key }) => key !== undefined)
      ? Math.min(1, windows.length)
      : windows.length;
    const from = Math.min(...asked.map(({ started }) => started));
    const end = Math.max(
      ...[...ids].flatMap((id) => byId.get(id)?.map(({ exchange }) => exchange.ended) ?? []),
    );
    const hidden = kills.filter((at) => at >= from && at <= end).length;
    const allowed = logged + synchronous + hidden;
    if (count <= allowed) return [];
    return [
      {
        rule: 'more provider calls than attempts',
        detail: `operation ${index}: ${count} calls, ${logged} + ${synchronous} attempts, ${hidden} kills`,
      },
    ];
  });
}
