import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';

const STORE = new URL('../../../../shared/operations/store/sqlite/store.ts', import.meta.url).href;
const RECORDS = new URL('../../../contract/records.ts', import.meta.url).href;

/** In every thread of the process. It ends the one that writes once a file is there. */
const crashAt = (path: string) =>
  `data:text/javascript,${encodeURIComponent(
    `import { threadName } from 'node:worker_threads';
  import { existsSync } from 'node:fs';
  if (threadName === 'sqlite') setInterval(() => { if (existsSync(${JSON.stringify(path)})) throw new Error('provoked'); }, 10);`,
  )}`;

describe('the thread that writes', () => {
  const directory = mkdtempSync(join(tmpdir(), 'write-thread-'));
  afterAll(() => rmSync(directory, { recursive: true }));

  const run = async (name: string, script: string, NODE_OPTIONS = '') => {
    const path = join(directory, `${name}.db`);
    const module = `import { createSqliteStore } from ${JSON.stringify(STORE)};
      import { idOf, queued } from ${JSON.stringify(RECORDS)};
      const path = ${JSON.stringify(path)};
      ${script}`;
    const file = join(directory, `${name}.mjs`);
    writeFileSync(file, module);
    const child = spawn(process.execPath, [file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { NODE_OPTIONS },
    });
    const [out, err, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { out: out.trim(), err, code };
  };

  it('keeps a process that waits for it from ending, and no other', async () => {
    const { out, code } = await run(
      'waits',
      `const store = createSqliteStore({ path });
      store.create(queued('a')).then((version) => console.log(typeof version));`,
    );
    expect([out, code]).toEqual(['string', 0]);
  });

  const crash = join(directory, 'crash');
  const CRASHED = `
    import { writeFileSync } from 'node:fs';
    const told = Promise.withResolvers();
    const store = createSqliteStore({ path, onCrash: (error) => told.resolve(error) });
    await store.create(queued('a'));
    writeFileSync(${JSON.stringify(crash)}, '');
    const alive = setInterval(() => undefined, 1000);
    console.log((await told.promise).message);
    clearInterval(alive);
    for (const call of [store.create(queued('b')), store.ping()])
      console.log(await call.then(() => 'done', ({ name }) => name));
    await store.close();`;

  it('tells when it ends by itself, and that nothing can be written any more', async () => {
    const { out, code } = await run('crashed', CRASHED, `--import=${crashAt(crash)}`);
    expect([out.split('\n'), code]).toEqual([['provoked', 'StoreUnavailable', 'StoreUnavailable'], 0]);
  });

  it('ends the process with itself where nobody is to be told', async () => {
    const { out, err, code } = await run(
      'untold',
      `import { writeFileSync } from 'node:fs';
      const store = createSqliteStore({ path });
      await store.create(queued('a'));
      writeFileSync(${JSON.stringify(crash)}, '');
      await new Promise((resolve) => setTimeout(resolve, 20_000));
      console.log('alive');`,
      `--import=${crashAt(crash)}`,
    );
    expect([out, code]).toEqual(['', 1]);
    expect(err).toContain('provoked');
  });

  it('loads no schema of records: it only passes on what it is given', async () => {
    const list = `data:text/javascript,${encodeURIComponent(
      `import { registerHooks } from 'node:module'; import { threadName } from 'node:worker_threads';
      if (threadName === 'sqlite') registerHooks({ resolve: (name, context, next) => { console.log(name); return next(name, context); } });`,
    )}`;
    const { out } = await run(
      'loads',
      `await createSqliteStore({ path }).create(queued('a'));`,
      `--import=${list}`,
    );
    expect(out).toContain('./writer.ts');
    expect(out).not.toMatch(/zod|record\.ts/);
  });
});
