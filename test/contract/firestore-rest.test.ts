import { noFirestoreEmulator } from '../support/firestore-emulator.ts';
import { firestorePlace } from './firestore-place.ts';
import { storeSuite } from './store-suite.ts';

storeSuite('firestore over REST', firestorePlace(true), noFirestoreEmulator);
