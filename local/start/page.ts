import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pageConfigRoute, type SignIn } from '../../functions/page-config.ts';
import { Problem } from '../../shared/errors.ts';
import { conditional } from '../../shared/http/conditional.ts';
import { type Coding, codingFor, pack } from '../../shared/http/pages/packing.ts';
import type { Answer, Call, Route } from '../../shared/http/route.ts';
import { ASSET_CACHING, PAGE_CACHING, securityHeaders } from '../../web/headers.ts';

/** `npm run build:page` puts the page there. */
export const BUILT_PAGE = fileURLToPath(new URL('../../web/dist', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** A font is compressed already. */
const PACKED = new Set(['.woff2']);

interface Content {
  readonly body: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  /** Of these bytes, packed as they are. */
  readonly version: string;
}

/**
 * The routes of the page: `/`, its files, and its configuration. Files are read and compressed when they are first asked for.
 * @param directory what Vite built
 * @param signIn how the page gets a token: from the development issuer, or pasted by the user
 */
export function pageRoutes(directory: string, signIn: Exclude<SignIn, 'firebase'>): Route[] {
  const kept = new Map<string, Promise<Content>>();
  const files = filesOf(directory);
  const answer = async (call: Call, file: string, caching: string): Promise<Answer> => {
    const encoding = PACKED.has(extname(file)) ? undefined : codingFor(call.headerValues('accept-encoding'));
    const key = `${encoding} ${file}`;
    const content = kept.get(key) ?? contentOf(join(directory, file), caching, encoding);
    kept.set(key, content);
    // The next request tries again.
    content.catch(() => kept.delete(key));
    const { body, headers, version } = await content;
    const whole = { status: 200, headers, body, quiet: true };
    return conditional(whole, version, call.headerValues('if-none-match'));
  };
  return [
    {
      method: 'GET',
      path: '/',
      access: 'public',
      handle: async (call) => {
        if (files().has('index.html')) return answer(call, 'index.html', PAGE_CACHING);
        throw new Problem('not-found', 'The page has not been built. `npm run build:page` builds it.');
      },
    },
    {
      method: 'GET',
      path: '/assets/{name}',
      access: 'public',
      handle: async (call) => {
        const file = `assets/${call.params['name']}`;
        if (files().has(file)) return answer(call, file, ASSET_CACHING);
        throw new Problem('not-found', 'The page has no such file.');
      },
    },
    pageConfigRoute(signIn),
  ];
}

/** Lists the directory when it is first asked and was built. Only these files are served, so no name leads out of it. */
function filesOf(directory: string): () => Set<string> {
  let listed = new Set<string>();
  return () => {
    if (listed.size === 0 && existsSync(directory))
      listed = new Set(readdirSync(directory, { recursive: true, encoding: 'utf8' }));
    return listed;
  };
}

async function contentOf(path: string, caching: string, encoding: Coding | undefined): Promise<Content> {
  const plain = readFileSync(path);
  const body = encoding === undefined ? plain : await pack[encoding](plain);
  const tag = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
  const headers = {
    ...securityHeaders([]),
    'Content-Type': TYPES[extname(path)] ?? 'application/octet-stream',
    'Content-Length': String(body.length),
    'Cache-Control': caching,
    Vary: 'Accept-Encoding',
    ...(encoding !== undefined && { 'Content-Encoding': encoding }),
  };
  return { body, headers, version: encoding === undefined ? tag : `${tag}-${encoding}` };
}
