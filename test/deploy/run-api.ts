/** Cloud Run as gcloud sees it: the part of the Admin API v1 (Knative) that deploys services and moves their traffic. */
interface Target {
  revisionName?: string;
  latestRevision?: boolean;
  percent?: number;
  tag?: string;
  url?: string;
}

export interface ServiceBody {
  readonly metadata: {
    readonly name: string;
    readonly annotations: Record<string, string>;
    generation?: number;
  };
  readonly spec: {
    readonly template: {
      readonly metadata: { readonly name: string };
      readonly spec: {
        readonly containers: readonly [{ readonly image: string; readonly env: readonly object[] }];
        readonly [field: string]: unknown;
      };
    };
    readonly traffic: readonly Target[];
  };
  status?: object;
}

/** Keeps services, their revisions and their traffic, which a replacement of a service leaves as it says. */
export class CloudRun {
  readonly services = new Map<string, ServiceBody>();
  readonly #revisions = new Map<string, ServiceBody['spec']['template']>();

  /** The answer to a request for `…/services…` or `…/revisions/NAME`; `undefined`: there is no such thing. */
  answer(method: string, path: string, body: string): object | undefined {
    const [, kind, name] = /\/(services|revisions)(?:\/([\w-]+))?$/.exec(path) ?? [];
    if (kind === 'revisions') return this.#revision(name ?? '');
    if (method === 'GET' && name === undefined) return { metadata: {}, items: [...this.services.values()] };
    if (method === 'GET') return this.services.get(name ?? '');
    return this.#replace(JSON.parse(body));
  }

  /** The image that serves at a tag, or to which most of the traffic goes. */
  imageOf(service: string, tag?: string): string | undefined {
    const traffic = this.#trafficOf(this.services.get(service));
    const targets = traffic.filter((one) => (tag === undefined ? (one.percent ?? 0) > 50 : one.tag === tag));
    return this.#revisions.get(targets[0]?.revisionName ?? '')?.spec.containers[0].image;
  }

  /** A service whose revisions are of these images, the last the newest; `traffic` as its spec says it. */
  put(name: string, images: readonly string[], traffic: readonly Target[]): void {
    for (const [index, image] of images.entries()) {
      const template = {
        metadata: { name: `${name}-${index + 1}` },
        spec: { containers: [{ image, env: [] }] as const },
      };
      this.#replace({ ...serviceNamed(name), spec: { template, traffic } });
    }
  }

  #replace(service: ServiceBody): ServiceBody {
    const { name } = service.metadata;
    const { template } = service.spec;
    this.#revisions.set(template.metadata.name, template);
    const generation = (this.services.get(name)?.metadata.generation ?? 0) + 1;
    const ready = ['Ready', 'ConfigurationsReady', 'RoutesReady'].map((type) => ({ type, status: 'True' }));
    const kept: ServiceBody = {
      ...service,
      metadata: { ...service.metadata, generation },
      status: {
        observedGeneration: generation,
        conditions: ready,
        latestReadyRevisionName: template.metadata.name,
        latestCreatedRevisionName: template.metadata.name,
        url: `http://${name}.run.test`,
        traffic: this.#trafficOf(service),
      },
    };
    this.services.set(name, kept);
    return kept;
  }

  #trafficOf(service: ServiceBody | undefined): Target[] {
    const latest = service?.spec.template.metadata.name;
    return (service?.spec.traffic ?? []).map((target) => ({
      ...target,
      revisionName: target.revisionName ?? latest ?? '',
      ...(target.tag !== undefined && { url: `http://${target.tag}---${service?.metadata.name}.run.test` }),
    }));
  }

  #revision(name: string): object | undefined {
    const template = this.#revisions.get(name);
    return (
      template && {
        apiVersion: 'serving.knative.dev/v1',
        kind: 'Revision',
        metadata: { name, namespace: 'demo-project', labels: {}, annotations: {} },
        spec: template.spec,
        status: { conditions: [{ type: 'Ready', status: 'True' }] },
      }
    );
  }
}

const serviceNamed = (name: string) => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name, namespace: 'demo-project', annotations: {} },
});
