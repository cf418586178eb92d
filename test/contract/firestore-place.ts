import { createFirestoreStore } from '../../shared/operations/store/firestore/store.ts';
import { firestoreEmulator, newProject } from '../support/firestore-emulator.ts';
import { PATIENT } from '../support/patience.ts';
import type { StorePlace } from './store-place.ts';

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
    connect: (options) =>
      createFirestoreStore({ projectId, emulatorHost, preferRest, ...PATIENT, ...options }),
    async damage(id) {
      const document = `http://${emulatorHost}/v1/projects/${projectId}/databases/(default)/documents/operations/${id}`;
      const mask = 'updateMask.fieldPaths=document&updateMask.fieldPaths=summary&currentDocument.exists=true';
      const headers = { authorization: 'Bearer owner', 'content-type': 'application/json' };
      const patch = async (fields: object) => {
        const body = JSON.stringify({ fields });
        const response = await fetch(`${document}?${mask}`, { method: 'PATCH', headers, body });
        if (!response.ok) throw new Error(await response.text());
      };
      const found = (await (await fetch(document, { headers })).json()) as { fields: Record<string, object> };
      const ruin = { stringValue: '{"id":"அவன் வந்தான்' };
      await patch({ document: ruin, summary: ruin });
      return () => patch({ document: found.fields['document'], summary: found.fields['summary'] });
    },
    async remove() {},
  };
};
