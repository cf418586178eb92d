import { createLocalIdentity } from '../../local/identity.ts';
import { createLocalQueue } from '../../local/queue.ts';
import { queueSuite } from './queue-suite.ts';

queueSuite('local', async ({ workerUrl, ...setup }) => {
  const identity = await createLocalIdentity({
    issuer: 'http://localhost/tasks',
    email: 'worker@local.invalid',
  });
  const queue = createLocalQueue({ ...setup, deliverTo: () => workerUrl, sign: identity.sign });
  return { queue, identity, idle: () => queue.idle(), stop: () => Promise.resolve() };
});
