import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../local/emulated/free-port.ts';
import { parseReference } from '../../scripts/deploy/pin-images/reference.ts';
import { root } from './scripts.ts';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
/** `repository:tag` → digest, as the registry has them now. */
const images = new Map<string, string>();
const asked: string[] = [];
let tokens = 0;

/** A registry that hands out tokens to anybody, each for one repository, as Docker Hub and Artifact Registry do. */
function answer(req: IncomingMessage, res: ServerResponse): void {
  const { pathname, searchParams } = new URL(req.url ?? '/', 'http://registry');
  if (pathname === '/token') {
    tokens += 1;
    const scope = searchParams.get('scope');
    const token = searchParams.get('service') === 'a registry, this' ? `for ${scope}` : 'none';
    // Docker Hub calls it `token`, others `access_token`.
    res.end(JSON.stringify(tokens % 2 === 0 ? { token } : { access_token: token }));
    return;
  }
  const [, repository = '', tag] = /^\/v2\/(.+)\/manifests\/([^/]+)$/.exec(pathname) ?? [];
  const scope = `repository:${repository}:pull`;
  if (req.headers.authorization !== `Bearer for ${scope}`) {
    const realm = `http://${req.headers.host}/token`;
    const challenge = `Bearer realm="${realm}",service="a registry, this",scope="${scope}"`;
    res.writeHead(401, { 'WWW-Authenticate': challenge }).end();
    return;
  }
  asked.push(`${req.method} ${repository}:${tag}`);
  const found = images.get(`${repository}:${tag}`);
  // Without the type of an index a registry gives the digest of one platform's manifest.
  const index = req.headers.accept?.includes('application/vnd.oci.image.index.v1+json');
  if (found === undefined || !index) res.writeHead(404).end();
  else res.writeHead(200, { 'Docker-Content-Digest': found }).end();
}

const server = createServer(answer);
let registry = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  registry = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

/** A project with these files, in which the script is run. */
class Project implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pin-images-'));

  constructor(files: Readonly<Record<string, string>>) {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.#folder, name)), { recursive: true });
      writeFileSync(join(this.#folder, name), text);
    }
  }

  read = (name: string): string => readFileSync(join(this.#folder, name), 'utf8');

  names = (): string[] => readdirSync(this.#folder);

  run(...args: string[]): Promise<{ code: number; output: string }> {
    const script = join(root, 'scripts/deploy/pin-images.ts');
    return new Promise((resolve) => {
      execFile(process.execPath, [script, ...args], { cwd: this.#folder }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      );
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const build = (node: string, docker: string) =>
  `# name: in.a/comment:1\nsteps:\n  - id: install\n    name: ${node}\n    args: [ci]\n  - name: ${docker} # why\n  - name: ${node}\n`;

describe('a reference to an image', () => {
  it.each([
    ['node:24.21.0-slim', 'https://registry-1.docker.io', 'library/node', '24.21.0-slim', undefined],
    ['a/b:1.2', 'https://registry-1.docker.io', 'a/b', '1.2', undefined],
    [`gcr.io/a/b/c:1@${digest('0')}`, 'https://gcr.io', 'a/b/c', '1', digest('0')],
    ['localhost:5000/a', 'http://localhost:5000', 'a', undefined, undefined],
    [`node@${digest('1')}`, 'https://registry-1.docker.io', 'library/node', undefined, digest('1')],
  ])('%s is of %s', (written, origin, repository, tag, pinned) => {
    expect(parseReference(written)).toEqual({ written, origin, repository, tag, digest: pinned });
  });
});

describe('pin-images', () => {
  it('writes the digest of every tag, asks once for each, and changes nothing else', async () => {
    images.set('library/node:24.1.0', digest('a')).set('docker:24.0.9', digest('b'));
    const node = `${registry}/library/node:24.1.0`;
    const docker = `${registry}/docker:24.0.9`;
    using project = new Project({
      'cloudbuild.yaml': build(node, docker),
      'cloudbuild.deploy.yaml': build(`${node}@${digest('a')}`, docker),
      'some/folder/Dockerfile': `FROM --platform=linux/amd64 ${node} AS base\nFROM base\nFROM scratch\nRUN x\n`,
      'node_modules/x/Dockerfile': 'FROM nobody.example/x:1\n',
    });
    asked.length = 0;
    expect(await project.run()).toMatchObject({ code: 0 });
    const [pinned, other] = [`${node}@${digest('a')}`, `${docker}@${digest('b')}`];
    expect(project.read('cloudbuild.yaml')).toBe(build(pinned, other));
    expect(project.read('cloudbuild.deploy.yaml')).toBe(build(pinned, other));
    expect(project.read('some/folder/Dockerfile')).toContain(`linux/amd64 ${pinned} AS base\nFROM base\n`);
    expect(asked.sort()).toEqual(['HEAD docker:24.0.9', 'HEAD library/node:24.1.0']);
    expect(await project.run('--check')).toEqual({ code: 0, output: '2 images are pinned.\n' });
  });

  it('says what is not pinned and what was moved with --check, and writes nothing', async () => {
    images.set('library/node:24.2.0', digest('c')).set('docker:24.0.9', digest('b'));
    const node = `${registry}/library/node:24.2.0`;
    const text = build(`${node}@${digest('0')}`, `${registry}/docker:24.0.9`);
    using project = new Project({ 'cloudbuild.yaml': text });
    const { code, output } = await project.run('--check');
    expect(output.split('\n').filter(Boolean)).toEqual([
      `${node}@${digest('0')}: was moved to ${digest('c')}`,
      `${registry}/docker:24.0.9: is not pinned (${digest('b')})`,
    ]);
    expect([code, project.read('cloudbuild.yaml')]).toEqual([1, text]);
  });

  it('writes nothing unless everything is known: a tag is missing, none is given, a registry is down', async () => {
    images.set('library/node:24.1.0', digest('a'));
    const [node, away] = [`${registry}/library/node:24.1.0`, `127.0.0.1:${await freePort()}/a:1.0`];
    const dockerfile = `FROM ${away}\nFROM ${registry}/docker\nFROM ${registry}/docker:latest\n`;
    const text = build(node, `${registry}/docker:0.0.1`);
    using project = new Project({ 'cloudbuild.yaml': text, Dockerfile: dockerfile });
    const { code, output } = await project.run();
    expect(code).toBe(2);
    expect(output).toContain(`${registry}/docker:0.0.1: HTTP 404`);
    expect(output).toContain(`${registry}/docker: has no tag`);
    expect(output).toContain(`${registry}/docker:latest: latest is no version`);
    expect(output).toMatch(/^127\.0\.0\.1:\d+\/a:1\.0: .*ECONNREFUSED/m);
    expect([project.read('cloudbuild.yaml'), project.read('Dockerfile')]).toEqual([text, dockerfile]);
    expect(project.names().sort()).toEqual(['Dockerfile', 'cloudbuild.yaml']);
  });
});
