import { setTimeout as sleep } from 'node:timers/promises';
import { ErrorHook, type ErrorHookArgs } from '@pulumi/pulumi';

/** What Google answers while it does not know everywhere what was just made: a log metric, an API, an account. */
const NOT_KNOWN_YET = [
  /Cannot find metric|metric referenced by the provided filter is unknown/,
  /SERVICE_DISABLED|has not been used in project/,
  /[Ss]ervice account .* does not exist/,
];
const PAUSE_MS = 20_000;
/** A new log metric takes up to ten minutes: https://github.com/hashicorp/terraform-provider-google/issues/11102 */
const MOST = 45;

/** Whether what was refused is tried again, after a pause. `errors` are those of each try, the newest first. */
export async function triesAgain(
  { errors }: Pick<ErrorHookArgs, 'errors'>,
  pauseMs = PAUSE_MS,
): Promise<boolean> {
  const [newest = ''] = errors;
  if (errors.length > MOST || !NOT_KNOWN_YET.some((answer) => answer.test(newest))) return false;
  await sleep(pauseMs);
  return true;
}

/** Repeats what is refused for being too new, for a quarter of an hour. */
export const makePatience = (): ErrorHook => new ErrorHook('not-known-yet', (args) => triesAgain(args));
