import { describe, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import type {
  CertificationResult,
  CritiqueResult,
  Endpoint,
  FieldError,
  Listed,
  MAX_LENGTH,
  Operation,
  ProofreadResult,
  Status,
} from '../../client/src/client.ts';
import type { PROBLEM_STATUS } from '../../client/src/problem-codes.ts';
import type { certificationResult } from '../../shared/analyses/certification.ts';
import type { essayCritiqueResult, MAX_ESSAY } from '../../shared/analyses/essay-critique.ts';
import type { MAX_PROOFREAD_TEXT, proofreadResult } from '../../shared/analyses/proofread.ts';
import type { PROBLEMS, FieldError as ServiceFieldError } from '../../shared/errors.ts';
import type { Status as ServiceStatus } from '../../shared/operations/record/record.ts';
import type { operationView } from '../../shared/operations/record/view.ts';

type View = z.infer<typeof operationView>;
type KeysOf<T> = T extends unknown ? keyof T : never;

/** Checked by the compiler: `npm run check` fails where the client and the service differ. */
describe('the types of the client are those of the service’s schemas', () => {
  it('results', () => {
    expectTypeOf<ProofreadResult>().toEqualTypeOf<z.infer<typeof proofreadResult>>();
    expectTypeOf<CritiqueResult>().toEqualTypeOf<z.infer<typeof essayCritiqueResult>>();
    expectTypeOf<CertificationResult>().toEqualTypeOf<z.infer<typeof certificationResult>>();
  });

  it('operations', () => {
    expectTypeOf<Status>().toEqualTypeOf<ServiceStatus>();
    expectTypeOf<Operation>().toExtend<View>();
    expectTypeOf<Listed>().toExtend<Omit<View, 'result'>>();
    expectTypeOf<KeysOf<Operation>>().toEqualTypeOf<keyof View>();
    expectTypeOf<Operation['endpoint']>().toEqualTypeOf<Endpoint>();
  });

  it('limits', () => {
    expectTypeOf<typeof MAX_LENGTH>().toEqualTypeOf<{
      readonly proofread: typeof MAX_PROOFREAD_TEXT;
      readonly 'essay-critique': typeof MAX_ESSAY;
    }>();
  });

  it('problems', () => {
    type StatusOf<C extends keyof typeof PROBLEMS> = (typeof PROBLEMS)[C]['status'];
    type Statuses = { readonly [C in keyof typeof PROBLEMS]: StatusOf<C> };
    expectTypeOf<typeof PROBLEM_STATUS>().toEqualTypeOf<Statuses>();
    expectTypeOf<FieldError>().toEqualTypeOf<ServiceFieldError>();
  });
});
