import { type Launch, launchScript } from './launch.ts';
import { serviceSuite } from './service-suite.ts';

const launch: Launch = (env) => launchScript('local/start/start.ts', env);

serviceSuite('npm start', launch, 'in-process');
