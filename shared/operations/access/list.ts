import * as z from 'zod';
import { sentOnce } from '../../validate.ts';
import type { Kinds } from '../kind.ts';
import { STATUSES } from '../record/record.ts';
import type { Summary } from '../record/summary.ts';
import { type OperationView, viewWithoutResult } from '../record/view.ts';
import type { Services } from '../services.ts';

type Position = { created_at: number; id: string };

/** The position at which a page ended: `created_at` in milliseconds, and the id. Clients pass it on as it is. */
const tokenAfter = ({ created_at, id }: Summary): string => `${created_at}_${id}`;

/** Every token of this form is a position, whether or not an operation stands there. */
export const PAGE_TOKEN = /^(\d{1,15})_([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/;

const pageToken = z
  .string()
  .regex(PAGE_TOKEN, 'is not a next_page_token of this list')
  .transform((token): Position => {
    const [, created_at = '', id = ''] = PAGE_TOKEN.exec(token) ?? [];
    return { created_at: Number(created_at), id };
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
