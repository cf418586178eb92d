import { isLoopback } from '../../../shared/loopback.ts';

/** An image as a file names it: `[registry/]repository[:tag][@digest]`. */
export interface Reference {
  readonly written: string;
  /** Where its registry answers. */
  readonly origin: string;
  readonly repository: string;
  readonly tag: string | undefined;
  /** `sha256:…` */
  readonly digest: string | undefined;
}

const DOCKER_HUB = 'registry-1.docker.io';
const PARTS = /^(?<name>[^@]+?)(?::(?<tag>[\w.-]+))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$/;

/**
 * Reads a reference as Docker does: the first part is a registry if it has a dot or a port, or is `localhost`; else the registry is
 * Docker Hub, where a name of one part is an official image. A registry on this machine is asked without TLS.
 * Source: https://pkg.go.dev/github.com/distribution/reference
 */
export function parseReference(written: string): Reference {
  const { name = written, tag, digest } = PARTS.exec(written)?.groups ?? {};
  const [first = '', ...rest] = name.split('/');
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const host = isRegistry ? first : DOCKER_HUB;
  const official = !isRegistry && rest.length === 0;
  return {
    written,
    origin: `${isLoopback(host.replace(/:\d+$/, '')) ? 'http' : 'https'}://${host}`,
    repository: isRegistry ? rest.join('/') : official ? `library/${name}` : name,
    tag,
    digest,
  };
}

/** The reference with this digest. */
export const pinnedTo = ({ written, digest }: Reference, to: string): string =>
  `${digest === undefined ? written : written.slice(0, -digest.length - 1)}@${to}`;

/** The `name:` of a step of Cloud Build, and the image of a stage in a Dockerfile. */
const IMAGES = { yaml: /^(\s+(?:- )?name: )(\S+)/gm, docker: /^(FROM (?:--platform=\S+ )?)(\S+)/gm };
const STAGE = /^FROM .* AS (\S+)/gim;

/** Replaces every image that a file names by what `change` makes of it; one that a variable names is left alone. */
export function changeImages(file: string, text: string, change: (written: string) => string): string {
  const stages = new Set(['scratch', ...[...text.matchAll(STAGE)].map(([, name]) => name)]);
  return text.replace(file.endsWith('.yaml') ? IMAGES.yaml : IMAGES.docker, (line, before, written) =>
    stages.has(written) || written.includes('$') ? line : before + change(written),
  );
}
