import { runtime } from '@pulumi/pulumi';
import { readConfig } from './config.ts';
import { deploy } from './deployment.ts';
import { makePatience } from './patience.ts';

/** What Pulumi runs. Its exports are the outputs of the stack. */
export default deploy(readConfig(runtime.allConfig()), { onError: [makePatience()] });
