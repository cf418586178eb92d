import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const STORE = new URL('../../../../shared/operations/store/firestore/store.ts', import.meta.url).href;

it('without credentials the store is unavailable, and the process goes on', async () => {
  const script = `
    const { createFirestoreStore } = await import(${JSON.stringify(STORE)});
    const store = createFirestoreStore({ projectId: 'p' });
    const ask = () => store.ping().then(() => 'answers', (error) => error);
    const [first, second] = [await ask(), await ask()];
    console.log(first.name, second.name, first.cause !== second.cause && 'looked for twice');
    await new Promise((resolve) => setTimeout(resolve, 50));
    await store.close();
    console.log('closed');
  `;
  const env = { PATH: process.env['PATH'], HOME: '/nowhere', METADATA_SERVER_DETECTION: 'none' };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env,
  });
  expect(stdout).toBe('StoreUnavailable StoreUnavailable looked for twice\nclosed\n');
});
