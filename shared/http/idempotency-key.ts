import { Problem } from '../errors.ts';

/**
 * The key of an `Idempotency-Key` header: 1 to 200 visible ASCII characters, bare or as a quoted string (RFC 8941,
 * section 3.3.3); both spell the same key.
 * Source: draft-ietf-httpapi-idempotency-key-header.
 * @throws {Problem} `validation-error`
 */
export function idempotencyKey(values: readonly string[]): string | undefined {
  const [value, ...more] = values;
  if (value === undefined) return undefined;
  const quoted = /^"(?:[^"\\]|\\["\\])*"$/.test(value);
  const key = quoted ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
  if (more.length === 0 && /^[\x21-\x7e]{1,200}$/.test(key)) return key;
  const message = more.length > 0 ? 'must be sent once' : 'must be 1 to 200 visible ASCII characters';
  throw new Problem('validation-error', `Idempotency-Key ${message}.`, {
    errors: [{ field: 'Idempotency-Key', message }],
  });
}
