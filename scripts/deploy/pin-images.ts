import { globSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import writeFileAtomic from 'write-file-atomic';
import { changeImages, parseReference, pinnedTo, type Reference } from './pin-images/reference.ts';
import { digestOf } from './pin-images/registry.ts';

/**
 * Writes beside the tag of every image that the builds here use the digest that its registry gives: see docs/deploy.md. With
 * `--check` it writes nothing and tells what is not pinned, or was moved. Exit codes: 0 all is pinned; 1 `--check` found what is
 * not; 2 a digest could not be had, and nothing was written.
 */
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const files = globSync(['cloudbuild*.yaml', '**/Dockerfile*'], {
  exclude: (path) => path === 'node_modules' || path.endsWith('/node_modules'),
});
const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));
const references = new Map<string, Reference>();
for (const [file, text] of texts)
  changeImages(file, text, (written) => {
    references.set(written, parseReference(written));
    return written;
  });

const faults: string[] = [];
const digests = new Map<string, string>();
const known = new Map<string, Promise<string>>();
await Promise.all(
  [...references.values()].map(async (reference) => {
    const { written, origin, repository, tag } = reference;
    const key = `${origin} ${repository} ${tag}`;
    const asked =
      known.get(key) ?? (tag === undefined || tag === 'latest' ? unversioned(tag) : digestOf(reference));
    known.set(key, asked);
    await asked.then(
      (digest) => digests.set(written, digest),
      (error: Error) => faults.push(`${written}: ${reasonOf(error)}`),
    );
  }),
);

if (faults.length > 0) {
  console.error(faults.sort().join('\n'));
  process.exitCode = 2;
} else if (values.check) check();
else await pin();

function check(): void {
  const told = [...references.values()].flatMap(({ written, digest }) => {
    const now = digests.get(written);
    if (digest === now) return [];
    return digest === undefined ? `${written}: is not pinned (${now})` : `${written}: was moved to ${now}`;
  });
  if (told.length === 0) {
    console.log(`${references.size} images are pinned.`);
  } else {
    console.error(told.join('\n'));
    process.exitCode = 1;
  }
}

async function pin(): Promise<void> {
  for (const [file, text] of texts) {
    const pinned = changeImages(file, text, (written) =>
      pinnedTo(parseReference(written), digests.get(written) ?? ''),
    );
    if (pinned === text) continue;
    await writeFileAtomic(file, pinned);
    console.log(`pinned: ${file}`);
  }
}

async function unversioned(tag: string | undefined): Promise<never> {
  throw new Error(tag === undefined ? 'has no tag: name a version' : 'latest is no version');
}

/** `fetch` says only that it failed; its cause says why. */
function reasonOf({ message, cause }: Error): string {
  return cause instanceof Error
    ? `${message}: ${cause.message || String((cause as NodeJS.ErrnoException).code)}`
    : message;
}
