import { createRequire } from 'node:module';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';
import { PROJECT_NUMBER } from './stack.ts';

const require = createRequire(import.meta.url);
// biome-ignore-start lint/suspicious/noExplicitAny: the messages that Pulumi's package generates
const { ResourceMonitorService } = require('@pulumi/pulumi/proto/resource_grpc_pb.js');
const { EngineService } = require('@pulumi/pulumi/proto/engine_grpc_pb.js');
const resource = require('@pulumi/pulumi/proto/resource_pb.js');
const engine = require('@pulumi/pulumi/proto/engine_pb.js');
const { Empty } = require('google-protobuf/google/protobuf/empty_pb.js');
const { Struct } = require('google-protobuf/google/protobuf/struct_pb.js');
type Call = ServerUnaryCall<any, any>;
// biome-ignore-end lint/suspicious/noExplicitAny: as above

/**
 * Stands in for the engine of the Pulumi command, at the protocol that a program speaks with it. What is registered exists, with
 * the inputs as its outputs.
 * Source: https://github.com/pulumi/pulumi/tree/master/proto/pulumi
 */
export class StandInEngine {
  readonly resources: { type: string; name: string; onError: readonly string[] }[] = [];
  /** Warnings and errors. */
  readonly messages: string[] = [];
  /** What the program exports. */
  outputs: Record<string, unknown> = {};
  readonly #server = new Server();

  /** Gives the address. */
  start(): Promise<string> {
    const answer = (make: (call: Call) => unknown) => (call: Call, done: sendUnaryData<unknown>) =>
      done(null, make(call));
    const unknown = (_: Call, done: sendUnaryData<unknown>) => done({ code: status.UNIMPLEMENTED });
    const rest = (service: object) => Object.fromEntries(Object.keys(service).map((name) => [name, unknown]));
    this.#server.addService(ResourceMonitorService, {
      ...rest(ResourceMonitorService),
      supportsFeature: answer(({ request }) =>
        new resource.SupportsFeatureResponse().setHassupport(request.getId() === 'errorHooks'),
      ),
      registerErrorHook: answer(() => new Empty()),
      invoke: answer(() =>
        new resource.ResourceInvokeResponse().setReturn(Struct.fromJavaScript({ number: PROJECT_NUMBER })),
      ),
      registerResource: answer(({ request }) => this.#register(request)),
      registerResourceOutputs: answer(({ request }) => {
        this.outputs = request.getOutputs().toJavaScript();
        return new Empty();
      }),
      signalAndWaitForShutdown: answer(() => new Empty()),
    });
    this.#server.addService(EngineService, {
      ...rest(EngineService),
      log: answer(({ request }) => {
        if (request.getSeverity() >= engine.LogSeverity.WARNING) this.messages.push(request.getMessage());
        return new Empty();
      }),
      getRootResource: answer(() => new engine.GetRootResourceResponse()),
      setRootResource: answer(() => new engine.SetRootResourceResponse()),
    });
    return new Promise((resolve, reject) =>
      this.#server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
        error === null ? resolve(`127.0.0.1:${port}`) : reject(error),
      ),
    );
  }

  stop(): void {
    this.#server.forceShutdown();
  }

  // biome-ignore lint/suspicious/noExplicitAny: as above
  #register(request: any) {
    const [type, name] = [request.getType(), request.getName()];
    this.resources.push({ type, name, onError: request.getHooks()?.getOnErrorList() ?? [] });
    const answer = new resource.RegisterResourceResponse();
    answer.setUrn(`urn:pulumi:staging::tamil::${type}::${name}`);
    answer.setId(`${name}-id`);
    const inputs = request.getObject()?.toJavaScript() ?? {};
    answer.setObject(Struct.fromJavaScript({ ...inputs, name: inputs.name ?? name }));
    return answer;
  }
}
