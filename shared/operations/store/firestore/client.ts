import type { v1 } from '@google-cloud/firestore';

type FirestoreClient = InstanceType<typeof v1.FirestoreClient>;

/** The API's messages, as the client takes them. */
export type Commit = NonNullable<Parameters<FirestoreClient['commit']>[0]>;
export type RunQuery = NonNullable<Parameters<FirestoreClient['runQuery']>[0]>;
export type BatchGet = NonNullable<Parameters<FirestoreClient['batchGetDocuments']>[0]>;
export type RunAggregationQuery = NonNullable<Parameters<FirestoreClient['runAggregationQuery']>[0]>;
export type Write = NonNullable<Commit['writes']>[number];
export type Precondition = NonNullable<Write['currentDocument']>;
export type Document = NonNullable<Write['update']>;
export type Fields = NonNullable<Document['fields']>;
export type Query = NonNullable<RunQuery['structuredQuery']>;
export type Timestamp = NonNullable<Document['updateTime']>;

/** A call that can be cancelled. */
export interface Cancellable {
  cancel(): void;
}

type Unary<Request, Response> = (
  request: Request,
  metadata: object,
  options: object,
  callback: (error: unknown, response?: Response) => void,
) => Cancellable;

type Streamed<Request> = (
  request: Request,
  metadata: object,
  options: object,
) => NodeJS.ReadableStream & Cancellable;

/** A stream of changes to the documents that it was told to listen to. */
export interface ListenCall extends Cancellable {
  write(request: {
    readonly database: string;
    readonly addTarget?: { readonly targetId: number; readonly documents: { readonly documents: string[] } };
    readonly removeTarget?: number | undefined;
  }): void;
  on(event: 'data', listener: (response: ListenResponse) => void): unknown;
  on(event: 'error' | 'end', listener: () => void): unknown;
}

/** Of each response one field is set. */
interface ListenResponse {
  /** `cause` tells why the server has removed a target. */
  readonly targetChange?: { readonly cause?: object | null } | null;
  readonly documentChange?: { readonly document?: Document | null } | null;
  readonly documentDelete?: { readonly document?: string | null } | null;
  readonly documentRemove?: { readonly document?: string | null } | null;
}

export interface CommitResponse {
  readonly writeResults?: readonly { readonly updateTime?: Timestamp | null }[] | null;
  readonly commitTime?: Timestamp | null;
}

/** The methods of the service. Each makes one RPC and nothing more. */
export interface FirestoreStub {
  readonly commit: Unary<Commit, CommitResponse>;
  readonly batchGetDocuments: Streamed<BatchGet>;
  readonly runQuery: Streamed<RunQuery>;
  readonly runAggregationQuery: Streamed<RunAggregationQuery>;
  /** REST has none. */
  readonly listen: (metadata: object, options: object) => ListenCall;
  /** The gRPC channel. Absent over REST. */
  readonly waitForReady?: (deadline: number, callback: (error?: Error) => void) => void;
}

export interface OpenedClient {
  readonly stub: FirestoreStub;
  /** The metadata of a call that names the database, of one that names the `parent`, and of one that listens. */
  readonly metadata: { readonly database: object; readonly parent: object; readonly listen: object };
  close(): Promise<void>;
}

export interface ClientOptions {
  readonly projectId: string;
  /** Uses REST instead of gRPC. */
  readonly preferRest?: boolean | undefined;
  /** `host:port` of an emulator, which is called without TLS and as its owner. */
  readonly emulatorHost?: string | undefined;
}

/**
 * Opens the stub of the generated client. The class `Firestore` retries reads by itself, for 43 s if nothing listens, without
 * a deadline or a way to cancel. The generated client's methods add retries and error details that are not needed here, at
 * 35 µs of processor time for a call and 240 µs for a refusal. The library is imported here because that takes 0.25 s.
 */
export async function openClient(options: ClientOptions, database: string): Promise<OpenedClient> {
  const { projectId, preferRest = false, emulatorHost } = options;
  const { default: firestore } = await import('@google-cloud/firestore');
  const { grpc, googleAuthLibrary } = await import('google-gax');
  const emulator = emulatorHost === undefined ? {} : asOwner(emulatorHost, grpc, googleAuthLibrary);
  const client = new firestore.v1.FirestoreClient({ projectId, fallback: preferRest, ...emulator });
  const stub = (await client.initialize()) as unknown as FirestoreStub;
  const metadataWith = (name: string, value: string, more?: Readonly<Record<string, string>>): object => {
    const headers = {
      ...more,
      // Google's front end routes by this header. Source: https://google.aip.dev/client-libraries/4222
      'x-goog-request-params': `${name}=${encodeURIComponent(value)}`,
      // gRPC without TLS sends no credentials. The emulator recognises its owner by this header.
      ...(emulatorHost !== undefined && { authorization: 'Bearer owner' }),
    };
    return preferRest ? headers : metadataOf(headers, grpc);
  };
  const metadata = {
    database: metadataWith('database', database),
    parent: metadataWith('parent', `${database}/documents`),
    // As Google's own clients send it with this call.
    listen: metadataWith('database', database, { 'google-cloud-resource-prefix': database }),
  };
  return { stub, metadata, close: () => client.close() };
}

type Gax = typeof import('google-gax');

function asOwner(emulatorHost: string, grpc: Gax['grpc'], { OAuth2Client }: Gax['googleAuthLibrary']) {
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: 'owner', expiry_date: Number.MAX_SAFE_INTEGER });
  const { hostname, port } = new URL(`http://${emulatorHost}`);
  return {
    servicePath: hostname,
    port: Number(port),
    protocol: 'http',
    sslCreds: grpc.credentials.createInsecure(),
    authClient,
  };
}

function metadataOf(headers: Readonly<Record<string, string>>, grpc: Gax['grpc']): object {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  return metadata;
}
