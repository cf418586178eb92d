import * as gcp from '@pulumi/gcp';
import type { ResourceHookBinding } from '@pulumi/pulumi';
import { makeAccounts } from './accounts.ts';
import { makeChannels } from './alert.ts';
import { makeAlerts, makeSweepAlert } from './alerts.ts';
import { enableApis } from './apis.ts';
import { makeBudget } from './budget.ts';
import type { Config } from './config.ts';
import { makeDashboard } from './dashboard.ts';
import { makeDomain } from './domain.ts';
import { makeFirebase } from './firebase.ts';
import { makeDatabase } from './firestore.ts';
import { makeMetrics } from './metrics.ts';
import { makeObjectives } from './objectives.ts';
import type { Place } from './place.ts';
import { makeQueue, makeSweep } from './queue.ts';
import { giveRoles } from './roles.ts';
import { makeSecret } from './secret.ts';
import { makeServices, workerUrlOf } from './services.ts';
import { makeImages, makeSources } from './storage.ts';
import { makeUptimeCheck } from './uptime.ts';

/**
 * Makes everything that a configuration describes, and gives what a person needs to know of it.
 * @param hooks of each resource but the APIs
 */
export function deploy(config: Config, hooks: ResourceHookBinding = {}) {
  const { project, settings, image, domain } = config;
  const { number } = gcp.organizations.getProjectOutput({ projectId: project });
  const after = { dependsOn: enableApis(config), hooks };
  const place: Place = { config, project, number, region: settings._REGION, after };

  const accounts = makeAccounts(place);
  const database = makeDatabase(place);
  const key = makeSecret(place);
  const images = makeImages(place);
  const things = { sources: makeSources(place), images, queue: makeQueue(place), key };
  const roles = giveRoles(place, accounts, things);
  makeFirebase(place);

  const channels = makeChannels(place);
  const metrics = makeMetrics(place);
  makeAlerts(place, channels, metrics);
  makeDashboard(place);
  makeBudget(place, channels);

  const workerUrl = workerUrlOf(place);
  const repository = `${settings._REGION}-docker.pkg.dev/${project}/${settings._REPOSITORY}`;
  const outputs = { repository, workerUrl };
  if (image === undefined) return outputs;

  const services = makeServices(place, accounts, image, key, [...roles, database]);
  const sweep = makeSweep(place, accounts, workerUrl, services.worker);
  makeSweepAlert(place, channels, metrics, sweep);
  makeObjectives(place, channels);
  makeUptimeCheck(place, channels);
  const { submit, worker, operations } = services;
  return {
    ...outputs,
    /** For `serving`, before the next image. */
    revisions: {
      submit: submit.template.revision,
      worker: worker.template.revision,
      operations: operations.template.revision,
    },
    ...(domain !== undefined && { address: makeDomain(place, domain, services) }),
  };
}
