import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { root } from './scripts.ts';

const installed = existsSync(join(root, 'scripts/deploy/firebase-tools/node_modules/.bin/firebase'));
if (!installed)
  console.warn(
    'firebase-tools is not installed: what it would send is not tested. ' +
      'npm ci --prefix=scripts/deploy/firebase-tools --ignore-scripts',
  );
const built = existsSync(join(root, 'web/dist/index.html'));
if (installed && !built)
  console.warn(
    'web/dist is not built: what firebase-tools would give Hosting is not tested. npm run build:page',
  );

interface Sent {
  readonly request: string;
  readonly body: string;
}
type Answer = (sent: Sent) => { readonly status?: number; readonly body?: object } | undefined;

const VERSION = 'sites/demo-project/versions/v1';
/** Firebase with a default site, where everything is allowed and nothing deployed. */
const whole: Answer = ({ request, body }) => {
  if (request.includes('/oauth2/')) return { body: { access_token: 'a-token', expires_in: 3600 } };
  if (request.endsWith(':testIamPermissions')) return { body: { permissions: JSON.parse(body).permissions } };
  if (request.startsWith('GET /serviceusage/')) return { body: { state: 'ENABLED' } };
  if (request.startsWith('GET /firebase/'))
    return {
      body: { projectId: 'demo-project', projectNumber: '1', resources: { hostingSite: 'demo-project' } },
    };
  if (request.endsWith(':populateFiles'))
    return { body: { uploadRequiredHashes: [], uploadUrl: 'http://127.0.0.1/nowhere' } };
  if (request.endsWith('/versions')) return { body: { name: VERSION, status: 'CREATED' } };
  return undefined;
};

/** Runs firebase.sh with the real firebase-tools, whose every endpoint is on loopback. */
async function deploy(
  parts: 'firestore' | 'hosting',
  answer: Answer = whole,
  env: Record<string, string> = {},
) {
  const sent: Sent[] = [];
  const server = createServer(async (req, res) => {
    const one = { request: `${req.method} ${decodeURIComponent(req.url ?? '')}`, body: await text(req) };
    sent.push(one);
    const { status = 200, body = {} } = answer(one) ?? whole(one) ?? {};
    const json = Buffer.from(JSON.stringify(body));
    res
      .writeHead(status, {
        'Content-Type': 'application/json',
        'Content-Length': json.length,
        Connection: 'close',
      })
      .end(json);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const home = mkdtempSync(join(tmpdir(), 'firebase-'));
  const at = (api: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/${api}`;
  const child = spawn('bash', ['scripts/deploy/firebase.sh', parts], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      PROJECT_ID: 'demo-project',
      PAUSE: '0',
      CI: 'true',
      FIREBASE_TOKEN: 'a-token',
      FIREBASE_TOKEN_URL: at('google'),
      FIREBASE_AUTH_URL: at('auth'),
      FIREBASE_API_URL: at('firebase'),
      FIREBASE_HOSTING_API_URL: at('hosting'),
      FIREBASE_SERVICE_USAGE_URL: at('serviceusage'),
      FIREBASE_RESOURCEMANAGER_URL: at('resourcemanager'),
      FIREBASE_RULES_URL: at('rules'),
      FIRESTORE_URL: at('firestore'),
      CLOUD_RUN_URL: at('run'),
      ...env,
    },
  });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  server.close();
  server.closeAllConnections();
  rmSync(home, { recursive: true });
  const bodies = (pattern: RegExp) =>
    sent.filter(({ request }) => pattern.test(request)).map(({ body }) => JSON.parse(body));
  return { code, output: output + errors, sent, bodies };
}

describe.skipIf(!installed).concurrent('the real firebase-tools', { timeout: 120_000 }, () => {
  it('makes the indexes, the exemptions, the TTL and the rules that the files name, also while Firestore is busy', async () => {
    let refusals = 0;
    const { code, output, sent, bodies } = await deploy('firestore', ({ request }) => {
      if (!/^PATCH .*\/operations\/fields\/document/.test(request) || refusals > 0) return undefined;
      refusals += 1;
      return { status: 409, body: { error: { code: 409, message: 'busy', status: 'ABORTED' } } };
    });
    expect(output).toContain('Firestore is busy: again');
    expect(code).toBe(0);
    const declared = JSON.parse(readFileSync(join(root, 'firestore.indexes.json'), 'utf8'));
    const created = new Set(
      bodies(/^POST .*\/operations\/indexes$/).map((body) => JSON.stringify(body.fields)),
    );
    expect(created).toEqual(
      new Set(declared.indexes.map(({ fields }: { fields: object }) => JSON.stringify(fields))),
    );
    for (const collection of ['operations', 'slots'])
      expect(bodies(new RegExp(`^PATCH .*/${collection}/fields/expire_at`))[0]).toEqual({
        indexConfig: { indexes: [] },
        ttlConfig: {},
      });
    const [ruleset] = bodies(/^POST .*\/rulesets$/);
    expect(ruleset.source.files[0].content).toContain('allow read, write: if false;');
    expect(sent.map(({ request }) => request)).toContainEqual(expect.stringMatching(/^P\w+ .*releases/));
  });

  it.skipIf(!built)('gives Hosting the services, the region and the headers of the deployment', async () => {
    const { code, output, bodies } = await deploy('hosting', whole, {
      _REGION: 'europe-west1',
      _SUBMIT_SERVICE: 'tamil-submit',
    });
    expect(output).toContain('release complete');
    expect(code).toBe(0);
    const [{ config }] = bodies(/^PATCH .*\/versions\/v1/);
    const run = (serviceId: string) => ({ serviceId, region: 'europe-west1' });
    expect(config.rewrites[0]).toEqual({ glob: '/v1/proofread', run: run('tamil-submit') });
    expect(config.rewrites.at(-1)).toEqual({ glob: '**', run: run('operations') });
    const [{ files }] = bodies(/:populateFiles$/);
    expect(Object.keys(files)).toContain('/index.html');
    expect(config.headers[0]).toMatchObject({
      glob: '**',
      headers: { 'Cache-Control': 'private, no-store' },
    });
  });

  it('would not deploy where the project has a site, but no default one', async () => {
    const { code, output } = await deploy('hosting', ({ request }) => {
      if (request.startsWith('GET /firebase/'))
        return { body: { projectId: 'demo-project', projectNumber: '1' } };
      if (/\/sites(\?|$)/.test(request))
        return { body: { sites: [{ name: 'projects/1/sites/tamil', type: 'USER_SITE' }] } };
      return undefined;
    });
    expect(output).toContain('there is no Hosting site');
    expect(code).toBe(1);
  });
});
