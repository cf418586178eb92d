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

  it('does not fall over shared memory that was cut: nothing is answered any more', async () => {
    const { out } = await run(
      'shared-memory',
      `import { truncateSync } from 'node:fs';
      import { setTimeout as sleep } from 'node:timers/promises';
      const store = createSqliteStore({ path });
      await store.create(queued('a'));
      await sleep(120);
      truncateSync(path + '-shm', 0);
      // An idle thread looks into it too, after a second.
      await sleep(1200);
      for (const call of [() => store.create(queued('b')), () => store.read(idOf('a')), () => store.ping()])
        console.log(await call().then(() => 'done', ({ message }) => message.replace(/.*-shm/, '-shm')));
      await store.close();
      console.log('closed');`,
    );
    expect(out.split('\n')).toEqual([...Array(3).fill('-shm was cut'), 'closed']);
  });

  it('brings a long log into the database, and at leisure a short one', async () => {
    const { out } = await run(
      'log',
      `import { DatabaseSync } from 'node:sqlite';
      import { setTimeout as sleep } from 'node:timers/promises';
      const store = createSqliteStore({ path });
      const many = (round) => Promise.all(Array.from({ length: 200 }, (_, n) =>
        store.create(queued(round + '-' + n, { input: { text: 'x'.repeat(100_000) } }))));
      const other = new DatabaseSync(path);
      const log = other.prepare('PRAGMA wal_checkpoint(NOOP)');
      await many('a');
      await store.create(queued('b'));
      console.log(log.get().checkpointed > 4000 || log.get().log < 4000);
      for (const name of ['c', 'd']) {
        while (log.get().log > log.get().checkpointed) await sleep(50);
        console.log('all');
        await store.create(queued(name));
      }`,
    );
    expect(out.split('\n')).toEqual(['true', 'all', 'all']);
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
