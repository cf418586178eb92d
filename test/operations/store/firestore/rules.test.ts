import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type FirestoreEmulator,
  startFirestoreEmulator,
} from '../../../../local/emulated/firestore-emulator.ts';
import {
  createFirestoreStore,
  type FirestoreStore,
} from '../../../../shared/operations/store/firestore/store.ts';
import { idOf, queued, START } from '../../../contract/records.ts';
import { newProject, noFirestoreEmulator } from '../../../support/firestore-emulator.ts';
import { PATIENT } from '../../../support/patience.ts';

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What the emulator takes for a signed-in user: an unsigned token. */
function userToken(project: string): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: 'user-1',
    user_id: 'user-1',
    aud: project,
    iat: now,
    exp: now + 3600,
    auth_time: now,
  };
  return `${encode({ alg: 'none', typ: 'JWT' })}.${encode({ ...claims, iss: `https://securetoken.google.com/${project}` })}.`;
}

describe.skipIf(noFirestoreEmulator)('firestore.rules', () => {
  const project = newProject();
  let emulator: FirestoreEmulator;
  let root: string;
  let server: FirestoreStore;

  beforeAll(async () => {
    const { firestore } = JSON.parse(readFileSync('firebase.json', 'utf8'));
    emulator = await startFirestoreEmulator({ rules: firestore.rules });
    root = `http://${emulator.host}/v1/projects/${project}/databases/(default)/documents`;
    server = createFirestoreStore({
      projectId: project,
      emulatorHost: emulator.host,
      now: () => START,
      // The first write to a new emulator waits for its classes to load.
      ...PATIENT,
    });
  });
  afterAll(async () => {
    await server?.close();
    await emulator?.stop();
  });
  beforeEach(async () => {
    await server.create(queued('a'));
  });

  const attempt = async (method: string, path: string, token: string | undefined) => {
    const headers = {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const body = JSON.stringify({ fields: { tenant_id: { stringValue: 'school-1' } } });
    const response = await fetch(root + path, {
      method,
      headers,
      ...(method !== 'GET' && method !== 'DELETE' && { body }),
    });
    const text = await response.text();
    return { status: response.status, text };
  };

  const attempts: [string, string, string][] = [
    ['get', 'GET', `/operations/${idOf('a')}`],
    ['list', 'GET', '/operations'],
    ['create', 'POST', `/operations?documentId=${idOf('b')}`],
    ['update', 'PATCH', `/operations/${idOf('a')}?updateMask.fieldPaths=tenant_id`],
    ['create elsewhere', 'POST', '/elsewhere?documentId=x'],
    ['delete', 'DELETE', `/operations/${idOf('a')}`],
  ];

  it.each(attempts)('refuse a client to %s, signed in or not', async (_, method, path) => {
    for (const token of [userToken(project), undefined]) {
      const { status, text } = await attempt(method, path, token);
      expect(status, text).toBe(403);
      expect(text).toContain('PERMISSION_DENIED');
    }
  });

  it.each(['gRPC', 'REST'])('do not bind the server, over %s', async (transport) => {
    const options = { projectId: project, emulatorHost: emulator.host, now: () => START, ...PATIENT };
    const store = createFirestoreStore({ ...options, preferRest: transport === 'REST' });
    const stored = await store.read(idOf('a'));
    expect(stored?.operation).toEqual(queued('a'));
    expect(await store.update(queued('a'), stored?.version ?? '')).toBeTypeOf('string');
    await store.close();
  });

  it.each(attempts)(
    'do not bind the owner, so that it was the rules that refused: %s',
    async (_, method, path) => {
      expect((await attempt(method, path, 'owner')).status).toBe(200);
    },
  );
});
