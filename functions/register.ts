import { http } from '@google-cloud/functions-framework';
import { environmentOf, servedTarget } from '../shared/config.ts';
import { serve, TARGETS } from './serve.ts';
import { takeOver, unreachable } from './take-over.ts';

// The framework needs a registered function of this name, and never calls it.
for (const target of TARGETS) http(target, unreachable);

// Built before the first request, so that a wrong configuration stops the start.
const served = TARGETS.find((target) => target === servedTarget());
if (served !== undefined) takeOver(await serve(served, environmentOf()));
