import type { Answered, Facts, Operation, Rule, Sighting } from '../facts.ts';
import type { Page } from '../history.ts';

/** The pages of one walk through a list that were answered, in order. */
interface Walk {
  readonly tenant: string;
  readonly page: Page;
  readonly started: number;
  readonly pages: readonly Answered[];
  readonly entries: readonly Pick<Sighting, 'id' | 'created_at' | 'status' | 'endpoint'>[];
  /** It came to the end of the list. */
  readonly isComplete: boolean;
}

function walksOf({ answered }: Facts): Walk[] {
  const pages = answered.filter(({ page, answer }) => page !== undefined && answer.status === 200);
  return [...Map.groupBy(pages, ({ page }) => page?.walk)].map(([, pages]) => {
    const [first] = pages as [Answered];
    return {
      tenant: first.tenant,
      page: first.page as Page,
      started: first.started,
      pages,
      entries: pages.flatMap(({ answer }) => answer.seen),
      isComplete: pages.at(-1)?.answer.more !== true,
    };
  });
}

const rule = (name: string, breaches: (walk: Walk, facts: Facts) => readonly string[]): Rule => ({
  name,
  breaches: (facts) =>
    walksOf(facts).flatMap((walk) =>
      breaches(walk, facts).map((what) => `walk ${walk.page.walk} of ${walk.tenant}: ${what}`),
    ),
});

export const once = rule('listed twice', ({ entries }) => {
  const times = Map.groupBy(entries, ({ id }) => id);
  return [...times].flatMap(([id, all]) => (all.length > 1 ? [id] : []));
});

export const newestFirst = rule('listed out of order', ({ entries }) =>
  entries
    .filter(({ created_at }, n) => created_at > (entries[n - 1]?.created_at ?? created_at))
    .map(({ id }) => id),
);

export const pageSize = rule('more on a page than asked for', ({ pages, page: { size } }) =>
  pages
    .filter(({ answer }) => answer.seen.length > size)
    .map(({ answer }) => `${answer.seen.length} > ${size}`),
);

export const filtered = rule('listed, and was not asked for', ({ entries, page }) =>
  entries
    .filter(
      ({ endpoint, status }) =>
        endpoint !== (page.endpoint ?? endpoint) || status !== (page.status ?? status),
    )
    .map(({ id, endpoint, status }) => `${id} ${endpoint} ${status}`),
);

/** Whatever had been seen before the walk began is on it, as far as it goes. */
export const complete = rule('left out of a list', (walk, { operations }) => {
  const listed = new Set(walk.entries.map(({ id }) => id));
  const last = walk.entries.at(-1)?.created_at;
  const isReached = ({ first }: Operation) =>
    walk.isComplete || (last !== undefined && first.created_at > last);
  return operations
    .filter((operation) => isIn(walk, operation) && isReached(operation) && !listed.has(operation.id))
    .map(({ id }) => id);
});

/** Whether an operation belonged to the list for certain when the walk began. */
function isIn({ tenant, started, page }: Walk, { first, end }: Operation): boolean {
  if (first.tenant !== tenant || first.exchange.ended >= started) return false;
  if (page.endpoint !== undefined && first.endpoint !== page.endpoint) return false;
  if (page.status === undefined) return true;
  return end !== undefined && end.exchange.ended < started && end.status === page.status;
}
