import { MOST_WRITES } from '../../shared/operations/store/firestore/document.ts';
import { firestorePlace } from '../contract/firestore-place.ts';
import { freeze, wake } from '../support/freeze.ts';
import { startFunctionProcesses } from '../support/function-processes.ts';
import { byHand, handsOf, type OpenOptions, type Processes } from './processes.ts';

/** What is deployed: three functions in the framework's processes, the Firestore emulator, Cloud Tasks' stand-in. */
export async function openCloudProcesses({ env }: OpenOptions): Promise<Processes> {
  const place = await firestorePlace(false)();
  const { emulatorHost, projectId } = place;
  const functions = await startFunctionProcesses({ emulatorHost, project: projectId, env, controlled: true });
  const { standIn } = functions;
  const audience = functions.env['WORKER_URL'] ?? '';
  const authorization = async () => `Bearer ${await standIn.identity.sign(audience)}`;
  return {
    url: functions.url,
    worker: {
      ...handsOf(byHand(audience, authorization)),
      turnClock: functions.turnClock,
      freeze: () => freeze(functions.workerPid()),
      wake: () => wake(functions.workerPid()),
    },
    beside: async () => {
      const { origin, kill, pid, turnClock } = await functions.workerBeside();
      return {
        ...handsOf(byHand(origin, authorization)),
        url: undefined,
        turnClock,
        freeze: () => freeze(pid),
        wake: () => wake(pid),
        kill,
      };
    },
    restart: async (more) => {
      await functions.kill('worker');
      await functions.start('worker', more);
    },
    place,
    writes: async (id) => {
      const document = `projects/${projectId}/databases/(default)/documents/operations/${id}`;
      const response = await fetch(`http://${emulatorHost}/v1/${document}?mask.fieldPaths=writes`, {
        headers: { authorization: 'Bearer owner' },
      });
      const { fields } = (await response.json()) as {
        fields: { writes: { arrayValue: { values: unknown[] } } };
      };
      const { length } = fields.writes.arrayValue.values;
      if (length === MOST_WRITES) throw new Error('a document does not remember more writes than these');
      return length;
    },
    output: functions.output,
    faults: standIn.faults,
    queue: { pause: async () => standIn.tasks.pause(), resume: async () => standIn.tasks.resume() },
    functions,
    submitAlone: undefined,
    async [Symbol.asyncDispose]() {
      await functions[Symbol.asyncDispose]();
      await place.remove();
    },
  };
}
