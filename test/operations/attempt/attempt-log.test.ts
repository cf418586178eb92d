import { expect, it } from 'vitest';
import { createLog } from '../../../shared/log.ts';
import { attemptLog } from '../../../shared/operations/attempt/attempt-log.ts';
import { idOf, queued } from '../../contract/records.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

/** The fields of a line that is logged for an operation. */
function lineOf(operation: ReturnType<typeof queued>, project?: string): Record<string, unknown> {
  const lines: string[] = [];
  const log = createLog({ level: 'info', service: 'test' }, { write: (line) => void lines.push(line) });
  attemptLog({ log, project }, operation, 2).info('attempt');
  return JSON.parse(lines[0] ?? '');
}

const ids = {
  request_id: 'request-a',
  operation_id: idOf('a'),
  tenant_id: 'school-1',
  endpoint: 'proofread',
  attempt: 2,
};

it('the lines of an attempt name the operation, its tenant and its request', () => {
  const line = lineOf(queued('a'));
  expect(line).toMatchObject(ids);
  expect(Object.keys(line).filter((name) => name.includes('trace'))).toEqual([]);
});

it('they belong to the trace of the request that made the operation', () => {
  const operation = queued('a', { traceparent: `00-${TRACE}-b7ad6b7169203331-01` });
  expect(lineOf(operation)).toMatchObject({ ...ids, 'logging.googleapis.com/trace': TRACE });
  expect(lineOf(operation, 'p')).toMatchObject({
    'logging.googleapis.com/trace': `projects/p/traces/${TRACE}`,
    'logging.googleapis.com/spanId': 'b7ad6b7169203331',
  });
});
