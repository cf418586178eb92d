import type { v1 } from '@google-cloud/firestore';

export type FirestoreClient = InstanceType<typeof v1.FirestoreClient>;

/** The API's messages, as the client's methods take them. */
type Commit = NonNullable<Parameters<FirestoreClient['commit']>[0]>;
type RunQuery = NonNullable<Parameters<FirestoreClient['runQuery']>[0]>;
export type Write = NonNullable<Commit['writes']>[number];
export type Document = NonNullable<Write['update']>;
export type Fields = NonNullable<Document['fields']>;
export type Query = NonNullable<RunQuery['structuredQuery']>;
export type Timestamp = NonNullable<Document['updateTime']>;

export interface ClientOptions {
  readonly projectId: string;
  /** REST in place of gRPC. */
  readonly preferRest?: boolean | undefined;
  /** host:port of an emulator, which is spoken to without TLS and as its owner. */
  readonly emulatorHost?: string | undefined;
}

/**
 * The generated client, one method an RPC, and not the class `Firestore` beside it: that one retries reads by
 * itself, for 43 s where nothing listens, without a deadline or a way to end it, so that a failure cannot be reported
 * in time and goes on in the background. Loaded here and not at the top: it takes a quarter of a second.
 */
export async function openClient({
  projectId,
  preferRest,
  emulatorHost,
}: ClientOptions): Promise<FirestoreClient> {
  const { default: firestore } = await import('@google-cloud/firestore');
  const options = { projectId, fallback: preferRest ?? false };
  if (!emulatorHost) return initialized(new firestore.v1.FirestoreClient(options));
  const { grpc, googleAuthLibrary } = await import('google-gax');
  const authClient = new googleAuthLibrary.OAuth2Client();
  authClient.setCredentials({ access_token: 'owner', expiry_date: Number.MAX_SAFE_INTEGER });
  const { hostname, port } = new URL(`http://${emulatorHost}`);
  const client = new firestore.v1.FirestoreClient({
    ...options,
    servicePath: hostname,
    port: Number(port),
    protocol: 'http',
    sslCreds: grpc.credentials.createInsecure(),
    authClient,
  });
  return initialized(client);
}

/** Left to its methods, it raises missing credentials as an unhandled rejection as well. */
async function initialized(client: FirestoreClient): Promise<FirestoreClient> {
  await client.initialize();
  return client;
}

/** gRPC without TLS sends no credentials, and the emulator knows its owner by this header. */
export const EMULATOR_HEADERS = { Authorization: 'Bearer owner' };
