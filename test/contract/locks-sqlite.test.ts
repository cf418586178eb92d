import { lockSuite } from './lock-suite.ts';
import { sqlitePlace } from './sqlite-place.ts';

lockSuite('sqlite', sqlitePlace);
