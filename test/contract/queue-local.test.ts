import { createLocalQueue } from '../../local/start/queue.ts';
import { queueSuite } from './queue-suite.ts';

queueSuite('local', async ({ handle, ...setup }) => {
  const queue = createLocalQueue({
    ...setup,
    run: async ({ dispatch, refusedBefore = false, ...delivery }) => {
      const answer = await handle({ ...delivery, retries: dispatch, refusedBefore });
      if (answer === 'gone') throw new Error('the worker has gone');
      if (typeof answer === 'number') return { status: answer };
      return { status: answer.status, retryAfterMs: answer.retryAfterS * 1000 };
    },
  });
  return { queue, idle: () => queue.idle(), stop: () => Promise.resolve() };
});
