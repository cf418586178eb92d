import * as gcp from '@pulumi/gcp';
import type { Place } from './place.ts';

export type Account = 'submit' | 'worker' | 'operations' | 'invoker' | 'builder' | 'deployer';
export type Accounts = Readonly<Record<Account, gcp.serviceaccount.Account>>;

const PURPOSES: Readonly<Record<Account, string>> = {
  submit: 'Runs the function submit',
  worker: 'Runs the function worker',
  operations: 'Runs the function operations',
  invoker: 'Is named by the tokens of tasks and sweeps, and has no role',
  builder: 'Tests commits and writes images',
  deployer: 'Deploys images, and runs no code of a commit but the scripts',
};

/** Makes the service accounts. None has a key. */
export function makeAccounts({ project, after }: Place): Accounts {
  const make = (name: Account) =>
    new gcp.serviceaccount.Account(
      name,
      { project, accountId: `tamil-${name}`, description: PURPOSES[name] },
      after,
    );
  return {
    submit: make('submit'),
    worker: make('worker'),
    operations: make('operations'),
    invoker: make('invoker'),
    builder: make('builder'),
    deployer: make('deployer'),
  };
}
