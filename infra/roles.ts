import * as gcp from '@pulumi/gcp';
import type { Resource } from '@pulumi/pulumi';
import type { Account, Accounts } from './accounts.ts';
import type { Place } from './place.ts';

/** What a role is given on, when it is not the project. */
export interface Things {
  readonly sources: gcp.storage.Bucket;
  readonly images: gcp.artifactregistry.Repository;
  readonly queue: gcp.cloudtasks.Queue;
  readonly key: gcp.secretmanager.Secret | undefined;
}

const ON_PROJECT: readonly (readonly [Account, string])[] = [
  ['submit', 'datastore.user'],
  ['worker', 'datastore.user'],
  ['operations', 'datastore.user'],
  ['builder', 'logging.logWriter'],
  ['deployer', 'logging.logWriter'],
  ['deployer', 'run.admin'],
  ['deployer', 'cloudtasks.queueAdmin'],
  ['deployer', 'cloudtasks.enqueuer'],
  ['deployer', 'cloudtasks.viewer'],
  ['deployer', 'cloudtasks.taskDeleter'],
  ['deployer', 'cloudscheduler.admin'],
  ['deployer', 'datastore.indexAdmin'],
  // Records an operation that the candidate worker is asked with.
  ['deployer', 'datastore.user'],
  ['deployer', 'firebaserules.admin'],
  ['deployer', 'firebasehosting.admin'],
  ['deployer', 'serviceusage.serviceUsageConsumer'],
];

/** Creating a task that carries the invoker's token needs the right to act as the invoker. */
const ACTS_AS: readonly (readonly [Account, Account])[] = [
  ['submit', 'invoker'],
  ['worker', 'invoker'],
  ['deployer', 'submit'],
  ['deployer', 'worker'],
  ['deployer', 'operations'],
  ['deployer', 'invoker'],
];

/** Gives the accounts what they use, on the smallest thing that has it. Gives what must exist before the services do. */
export function giveRoles(place: Place, accounts: Accounts, things: Things): Resource[] {
  const { config, project, region, after } = place;
  const { sources, images, queue, key } = things;
  const onProject = (name: Account, role: string) =>
    new gcp.projects.IAMMember(
      `${name}-${role}`,
      { project, member: accounts[name].member, role: `roles/${role}` },
      after,
    );
  const made: Resource[] = ON_PROJECT.map(([name, role]) => onProject(name, role));
  for (const [name, other] of ACTS_AS) {
    const [member, serviceAccountId] = [accounts[name].member, accounts[other].name];
    const role = 'roles/iam.serviceAccountUser';
    made.push(
      new gcp.serviceaccount.IAMMember(`${name}-as-${other}`, { serviceAccountId, member, role }, after),
    );
  }
  // Cloud Tasks signs the invoker's tokens by an agent of its own. One that was asked for gets its usual role from nobody.
  // Sources: https://cloud.google.com/tasks/docs/creating-http-target-tasks#sa, https://cloud.google.com/iam/docs/create-service-agents
  const agent = new gcp.projects.ServiceIdentity(
    'cloudtasks-agent',
    { project, service: 'cloudtasks.googleapis.com' },
    after,
  );
  made.push(
    new gcp.projects.IAMMember(
      'cloudtasks-agent-role',
      { project, member: agent.member, role: 'roles/cloudtasks.serviceAgent' },
      after,
    ),
  );
  const asInvoker = {
    serviceAccountId: accounts.invoker.name,
    member: agent.member,
    role: 'roles/iam.serviceAccountUser',
  };
  made.push(new gcp.serviceaccount.IAMMember('cloudtasks-as-invoker', asInvoker, after));
  for (const name of ['builder', 'deployer'] as const) {
    const [bucket, member] = [sources.name, accounts[name].member];
    const role = 'roles/storage.objectViewer';
    made.push(new gcp.storage.BucketIAMMember(`${name}-sources`, { bucket, member, role }, after));
  }
  const onImages = (
    who: string,
    member: gcp.artifactregistry.RepositoryIamMemberArgs['member'],
    role: string,
  ) =>
    new gcp.artifactregistry.RepositoryIamMember(
      `${who}-images`,
      { project, location: region, repository: images.name, member, role: `roles/artifactregistry.${role}` },
      after,
    );
  made.push(onImages('builder', accounts.builder.member, 'writer'));
  made.push(onImages('deployer', accounts.deployer.member, 'reader'));
  for (const reader of config.imageReaders) {
    const agent = `serviceAccount:service-${reader.number}@serverless-robot-prod.iam.gserviceaccount.com`;
    onImages(`${reader.project}-run`, agent, 'reader');
    // Takes the page out of the image. Both must exist, so the other stack runs first, without an image.
    const deployer = `serviceAccount:tamil-deployer@${reader.project}.iam.gserviceaccount.com`;
    onImages(`${reader.project}-deployer`, deployer, 'reader');
  }
  for (const name of ['submit', 'worker'] as const) {
    const { member } = accounts[name];
    const enqueuer = {
      project,
      location: region,
      name: queue.name,
      member,
      role: 'roles/cloudtasks.enqueuer',
    };
    made.push(new gcp.cloudtasks.QueueIamMember(`${name}-queue`, enqueuer, after));
    if (config.settings._GEMINI_ACCESS === 'vertex') made.push(onProject(name, 'aiplatform.user'));
    if (key !== undefined) {
      const accessor = {
        project,
        secretId: key.secretId,
        member,
        role: 'roles/secretmanager.secretAccessor',
      };
      made.push(new gcp.secretmanager.SecretIamMember(`${name}-key`, accessor, after));
    }
  }
  return made;
}
