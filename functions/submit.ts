import type { Runtime } from '../shared/compose.ts';
import { idempotencyKey } from '../shared/http/idempotency-key.ts';
import { accepted } from '../shared/http/operation-answer.ts';
import { preferencesOf } from '../shared/http/prefer.ts';
import type { Answer, Route, TenantCall } from '../shared/http/route.ts';
import type { OfferedKind } from '../shared/kinds.ts';
import type { Services } from '../shared/operations/services.ts';
import { submit } from '../shared/operations/submit/submit.ts';
import { validate, validateBoth } from '../shared/validate.ts';

/** One route for each kind of operation. */
export const submitRoutes = ({ services, kinds }: Pick<Runtime, 'services' | 'kinds'>): Route[] =>
  kinds.map((kind) => ({
    method: 'POST',
    path: kind.path,
    access: kind.access,
    handle: (call) => post(services, kind, call),
  }));

async function post(services: Services, kind: OfferedKind, call: TenantCall): Promise<Answer> {
  const body = await call.body();
  const { params, input: schema } = kind;
  const [key, [named, given]] = validateBoth(
    () => idempotencyKey(call.headerValues('idempotency-key')),
    () =>
      validateBoth(
        () => (params === undefined ? {} : validate(params, call.params)),
        () => validate(schema, body),
      ),
  );
  const { operation, replayed, applied } = await submit(services, {
    kind,
    key,
    input: { ...given, ...named },
    preferences: preferencesOf(call.headerValues('prefer').join(', ')),
    tenant_id: call.principal.tenant_id,
    request_id: call.requestId,
    traceparent: call.traceparent,
    gone: () => call.gone(),
    waiting: () => call.waiting(),
  });
  const answer = accepted(services, operation);
  return {
    ...answer,
    headers: {
      ...answer.headers,
      ...(applied.length > 0 && { 'Preference-Applied': applied.join(', ') }),
      ...(replayed && { 'Idempotent-Replayed': 'true' }),
    },
    log: { ...answer.log, replayed },
  };
}
