/**
 * Works through `items`, at most `limit` at once, and resolves to the results in the order of the items. The first failure
 * aborts the other calls and rejects the whole.
 */
export async function inParallel<I, O>(
  items: readonly I[],
  limit: number,
  signal: AbortSignal,
  work: (item: I, signal: AbortSignal) => Promise<O>,
): Promise<O[]> {
  const failure = new AbortController();
  const either = AbortSignal.any([signal, failure.signal]);
  const results: O[] = [];
  const queue = items.entries();
  const lane = async () => {
    for (const [index, item] of queue) {
      either.throwIfAborted();
      results[index] = await work(item, either);
    }
  };
  const lanes = Array.from({ length: Math.min(limit, items.length) }, () =>
    lane().catch((error: unknown) => {
      failure.abort(error);
      throw error;
    }),
  );
  await Promise.all(lanes);
  return results;
}
