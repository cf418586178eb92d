import { launchScript } from './launch.ts';
import { serviceSuite } from './service-suite.ts';

serviceSuite('npm start', (env) => launchScript('local/start.ts', env, 15_000));
