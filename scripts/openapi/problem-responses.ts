import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { PROBLEMS, type ProblemCode } from '../../shared/errors.ts';
import { PROBLEM_GUIDE } from '../../shared/http/pages/problem-guide.ts';
import type { Examples } from './examples.ts';
import { type HeaderName, headers } from './headers.ts';

/** Headers that answers with a code have beyond those of every answer. */
const MORE_HEADERS: Partial<Record<ProblemCode, readonly HeaderName[]>> = {
  unauthorized: ['WWW-Authenticate'],
  'operation-already-finished': ['x-should-retry'],
  'idempotency-in-progress': ['Retry-After'],
  'certification-running': ['Retry-After'],
  'rate-limited': ['Retry-After', 'RateLimit', 'RateLimit-Policy'],
  'identity-unavailable': ['Retry-After'],
  'store-unavailable': ['Retry-After'],
  overloaded: ['Retry-After'],
  'shutting-down': ['Retry-After'],
};

/** Faults of an analysis, which a repeated key answers again. */
const KEPT: readonly ProblemCode[] = [
  'provider-config-missing',
  'provider-request-rejected',
  'provider-error',
];

/** Makes one response for each status that the codes have. */
export type ProblemResponses = (codes: readonly ProblemCode[]) => ZodOpenApiResponsesObject;

export function createProblemResponses(examples: Examples): ProblemResponses {
  const known = new Map<string, ZodOpenApiResponseObject>();
  const responseOf = (status: number, codes: readonly ProblemCode[]): ZodOpenApiResponseObject => {
    const id = componentName(codes);
    const response = known.get(id) ?? { id, ...responseTo(status, codes, examples) };
    known.set(id, response);
    return response;
  };
  return (codes) => {
    const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
    return Object.fromEntries(
      [...byStatus].map(([status, those]) => [String(status) as '400', responseOf(status, those)]),
    );
  };
}

function responseTo(
  status: number,
  codes: readonly ProblemCode[],
  { problems }: Examples,
): ZodOpenApiResponseObject {
  const shown = codes.flatMap((code) =>
    problems[code] === undefined ? [] : [[code, { summary: PROBLEMS[code].title, value: problems[code] }]],
  );
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEM_GUIDE[code].when}`).join('\n\n'),
    headers: headers(
      'X-Request-Id',
      ...moreHeaders(codes),
      ...(codes.some((code) => KEPT.includes(code)) ? (['Idempotent-Replayed'] as const) : []),
    ),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Problem' },
            { properties: { status: { const: status }, code: { enum: [...codes] } } },
          ],
        },
        ...(shown.length > 0 && { examples: Object.fromEntries(shown) }),
      },
    },
  };
}

/** Only what every one of the codes has, so that the header is always there. */
function moreHeaders(codes: readonly ProblemCode[]): readonly HeaderName[] {
  const [first = [], ...others] = codes.map((code) => MORE_HEADERS[code]);
  return first.filter((name) => others.every((names) => names?.includes(name)));
}

/** `store-unavailable` and `overloaded` are `StoreUnavailableOverloaded`: the same codes are the same component. */
const componentName = (codes: readonly ProblemCode[]): string =>
  codes
    .flatMap((code) => code.split('-'))
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
