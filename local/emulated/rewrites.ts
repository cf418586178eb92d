import { readFileSync } from 'node:fs';
import { z } from 'zod';

const hosting = z.object({
  hosting: z.object({
    rewrites: z.array(z.object({ source: z.string(), run: z.object({ serviceId: z.string() }) })),
  }),
});

/** Which function serves a path: the first rewrite that matches, as on Firebase Hosting. */
export type Rewrites = (path: string) => string | undefined;

/**
 * The rewrites of firebase.json, so that local and deployed routing cannot differ.
 * Source: https://firebase.google.com/docs/hosting/full-config#rewrites
 */
export function readRewrites(file: URL): Rewrites {
  const { rewrites } = hosting.parse(JSON.parse(readFileSync(file, 'utf8'))).hosting;
  const rules = rewrites.map(({ source, run }) => ({ matches: pattern(source), serviceId: run.serviceId }));
  return (path) => rules.find(({ matches }) => matches.test(path))?.serviceId;
}

/** `**` is any path, `*` any part of one segment. */
const pattern = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .split(/(\*\*|\*)/)
      .map((part) => (part === '**' ? '.*' : part === '*' ? '[^/]*' : RegExp.escape(part)))
      .join('')}$`,
  );
