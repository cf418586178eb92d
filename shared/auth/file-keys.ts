import { readFile, stat } from 'node:fs/promises';
import { type IssuerKeys, KeysUnavailable } from './issuer-keys.ts';
import { type KeySet, keySetOf, NO_KEYS } from './key-set.ts';

/** The file is checked at most so often. */
const LOOK_EVERY_MS = 1000;
/** A file has the time of the kernel's last tick, which was no longer ago. */
const TICK_MS = 20;

/**
 * Keys in a file that is read again when it has changed. A file that does not exist yet has no keys. If the file cannot be
 * read or is half written, the last keys stay.
 */
export function createFileKeys(path: string, now: () => number = () => Date.now()): IssuerKeys {
  let known: KeySet | undefined;
  let version: string | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let look: Promise<void> | undefined;

  async function readIfChanged(): Promise<void> {
    const found = await versionOf(path);
    if (found === version && known !== undefined) return;
    const read = found === undefined ? NO_KEYS : keySetOf(JSON.parse(await readFile(path, 'utf8')));
    if (read.text !== known?.text) known = read;
    version = found;
  }

  async function current(): Promise<KeySet> {
    const age = now() - lookedAt;
    if (known !== undefined && age >= 0 && age < LOOK_EVERY_MS) return known;
    look ??= readIfChanged().finally(() => {
      lookedAt = now();
      look = undefined;
    });
    try {
      await look;
    } catch (cause) {
      if (known === undefined)
        throw new KeysUnavailable(`no keys in ${path}`, { retryAfterMs: LOOK_EVERY_MS, cause });
    }
    return known ?? NO_KEYS;
  }

  return { current, renewed: current };
}

/**
 * A value that changes with every write of the file; `undefined` if there is no file. Of one that was written just now it is
 * another each time, since another write in the same tick would not show.
 */
async function versionOf(path: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeMs, mtimeNs } = await stat(path, { bigint: true });
    const isNew = Date.now() - Number(mtimeMs) < TICK_MS;
    return `${ino}:${size}:${mtimeNs}${isNew ? ` at ${performance.now()}` : ''}`;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
