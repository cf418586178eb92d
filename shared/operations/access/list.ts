import * as z from 'zod';
import { parseJson } from '../../parse-json.ts';
import { sentOnce } from '../../validate.ts';
import type { Kinds } from '../kind.ts';
import { STATUSES } from '../record/record.ts';
import type { Summary } from '../record/summary.ts';
import { type OperationView, viewWithoutResult } from '../record/view.ts';
import type { Services } from '../services.ts';

type Position = { created_at: number; id: string };

const position = z.tuple([z.int().min(0), z.uuid()]);

/** The position at which a page ended, as an opaque token. */
const tokenAfter = ({ created_at, id }: Summary): string =>
  Buffer.from(JSON.stringify([created_at, id])).toString('base64url');

const pageToken = z
  .string()
  .max(200)
  .transform((token, context): Position => {
    const parsed = position.safeParse(parseJson(Buffer.from(token, 'base64url').toString('utf8')));
    if (parsed.success) return { created_at: parsed.data[0], id: parsed.data[1] };
    context.issues.push({ code: 'custom', message: 'is not a next_page_token of this list', input: token });
    return z.NEVER;
  });

const pageSize = z
  .string()
  .regex(/^\d{1,3}$/, 'must be a number from 1 to 100')
  .transform(Number)
  .pipe(z.int().min(1).max(100));

/** The query parameters of a list, by name. */
export const listQuery = ({ names }: Kinds) =>
  z.object({
    status: sentOnce(z.enum(STATUSES)).optional(),
    endpoint: sentOnce(z.enum(names)).optional(),
    page_size: sentOnce(pageSize).default(20),
    page_token: sentOnce(pageToken).optional(),
  });

export type ListQuery = z.infer<ReturnType<typeof listQuery>>;

/**
 * Reads one page of the tenant's operations, newest first, without results. Operations past their retention are left out,
 * so a page may hold fewer than asked for and still have a next one.
 */
export async function listOperations(
  { store, now }: Pick<Services, 'store' | 'now'>,
  tenant_id: string,
  { page_token, ...filter }: ListQuery,
): Promise<{ operations: Omit<OperationView, 'result'>[]; next_page_token?: string }> {
  const { operations, more } = await store.list({ ...filter, tenant_id, after: page_token });
  const last = operations.at(-1);
  return {
    operations: operations.filter(({ expire_at }) => expire_at > now()).map(viewWithoutResult),
    ...(more && last !== undefined && { next_page_token: tokenAfter(last) }),
  };
}
