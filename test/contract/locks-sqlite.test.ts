import { slotSuite } from './lock-suite.ts';
import { sqlitePlace } from './sqlite-place.ts';

slotSuite('sqlite', sqlitePlace);
