import { createLocalIdentity } from '../../local/identity.ts';
import { createCloudTasksQueue } from '../../shared/queue/cloud-tasks.ts';
import { LOCATION, PROJECT, QUEUE, startStandIn } from '../support/cloud-tasks-stand-in.ts';
import { queueSuite } from './queue-suite.ts';

const email = 'tasks@test-project.iam.gserviceaccount.com';
const identity = await createLocalIdentity({ issuer: 'https://accounts.google.com', email, alg: 'RS256' });

queueSuite('Cloud Tasks', async ({ workerUrl, concurrency, minBackoffMs, maxBackoffMs }) => {
  const standIn = await startStandIn({
    identity,
    queue: { maxConcurrentDispatches: concurrency, minBackoffMs, maxBackoffMs },
  });
  const queue = createCloudTasksQueue({
    project: PROJECT,
    location: LOCATION,
    queue: QUEUE,
    serviceAccount: email,
    workerUrl,
    dispatchDeadlineMs: 300_000,
    emulatorHost: standIn.host,
  });
  return { queue, identity, idle: () => standIn.tasks.idle(), stop: standIn.close };
});
