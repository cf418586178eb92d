import type { LocalIdentity } from '../../local/cloud-tasks/identity.ts';
import { type CloudTasksStandIn, startCloudTasksStandIn } from '../../local/cloud-tasks/stand-in.ts';

/** The stand-in for Cloud Tasks that takes tasks and dispatches none: the queue of functions whose acceptance alone is measured. */
export async function startPausedQueue(
  project: string,
  identity?: LocalIdentity,
): Promise<CloudTasksStandIn> {
  const tasks = await startCloudTasksStandIn({
    project,
    location: 'local',
    queue: {
      name: 'operations',
      maxConcurrentDispatches: 1,
      minBackoffMs: 60_000,
      maxBackoffMs: 60_000,
      maxAttempts: 1,
    },
    ...(identity !== undefined && { identity }),
  });
  tasks.tasks.pause();
  return tasks;
}
