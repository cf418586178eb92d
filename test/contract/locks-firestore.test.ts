import { noFirestoreEmulator } from '../support/firestore-emulator.ts';
import { firestorePlace } from './firestore-place.ts';
import { slotSuite } from './lock-suite.ts';

slotSuite('Firestore over gRPC', firestorePlace(false), noFirestoreEmulator);
slotSuite('Firestore over REST', firestorePlace(true), noFirestoreEmulator);
