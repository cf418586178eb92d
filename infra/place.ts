import type { CustomResourceOptions, Output } from '@pulumi/pulumi';
import type { Config } from './config.ts';

/** Where everything is made, and what comes before it. */
export interface Place {
  readonly config: Config;
  readonly project: string;
  /** The project's number, which Google's own accounts and the addresses of Cloud Run have in their names. */
  readonly number: Output<string>;
  readonly region: string;
  /** Options of every resource: the APIs are on, and what Google does not know yet is waited for. */
  readonly after: CustomResourceOptions;
}
