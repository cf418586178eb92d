import { slotSuite } from './slot-suite.ts';
import { sqlitePlace } from './sqlite-place.ts';

slotSuite('sqlite', sqlitePlace);
