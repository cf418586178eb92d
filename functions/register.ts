import { http } from '@google-cloud/functions-framework';
import { environmentOf, servedTarget } from '../shared/config.ts';
import { serve, TARGETS } from './serve.ts';
import { takeOver, unreachable } from './take-over.ts';

// The framework serves what is registered, and asks for the name only.
for (const target of TARGETS) http(target, unreachable);

// Made before the first request, so that a wrong configuration stops the start.
const served = TARGETS.find((target) => target === servedTarget());
if (served !== undefined) takeOver(await serve(served, environmentOf()));
