import { noFirestoreEmulator } from '../support/firestore-emulator.ts';
import { firestorePlace } from './firestore-place.ts';
import { lockSuite } from './lock-suite.ts';

lockSuite('Firestore over gRPC', firestorePlace(false), noFirestoreEmulator);
lockSuite('Firestore over REST', firestorePlace(true), noFirestoreEmulator);
