import { createFirestoreStore } from '../../shared/operations/stores/firestore.ts';
import { firestoreEmulator, newProject } from '../support/firestore-emulator.ts';
import type { StorePlace } from './store-suite.ts';

export interface FirestorePlace extends StorePlace {
  readonly emulatorHost: string;
  readonly projectId: string;
}

/** A place on the emulator, reached over gRPC or REST. */
export const firestorePlace = (preferRest: boolean) => async (): Promise<FirestorePlace> => {
  const emulatorHost = await firestoreEmulator();
  const projectId = newProject();
  return {
    emulatorHost,
    projectId,
    connect: (options) => createFirestoreStore({ projectId, emulatorHost, preferRest, ...options }),
    async damage(id) {
      const ruin = { stringValue: '{"id":"அவன் வந்தான்' };
      const document = `projects/${projectId}/databases/(default)/documents/operations/${id}`;
      const response = await fetch(
        `http://${emulatorHost}/v1/${document}?updateMask.fieldPaths=document&updateMask.fieldPaths=summary&currentDocument.exists=true`,
        {
          method: 'PATCH',
          headers: { authorization: 'Bearer owner', 'content-type': 'application/json' },
          body: JSON.stringify({ fields: { document: ruin, summary: ruin } }),
        },
      );
      if (!response.ok) throw new Error(await response.text());
    },
    async remove() {},
  };
};
