import type { protos, v1 } from '@google-cloud/firestore-api';

export type FirestoreClient = v1.FirestoreClient;
export type Document = protos.google.firestore.v1.IDocument;
export type Fields = Record<string, protos.google.firestore.v1.IValue>;
export type Query = protos.google.firestore.v1.IStructuredQuery;
export type Write = protos.google.firestore.v1.IWrite;
export type Timestamp = protos.google.protobuf.ITimestamp;

export interface ClientOptions {
  readonly projectId: string;
  /** REST in place of gRPC. */
  readonly preferRest?: boolean | undefined;
  /** host:port of an emulator, which is spoken to without TLS and as its owner. */
  readonly emulatorHost?: string | undefined;
}

/**
 * The generated client, one method an RPC, and not `Firestore` of `@google-cloud/firestore`: that one retries reads by
 * itself, for 43 s where nothing listens, without a deadline or a way to end it, so that a failure cannot be reported
 * in time and goes on in the background. Loaded here and not at the top: it takes a quarter of a second.
 */
export async function openClient({
  projectId,
  preferRest,
  emulatorHost,
}: ClientOptions): Promise<FirestoreClient> {
  const { v1 } = await import('@google-cloud/firestore-api');
  const options = { projectId, fallback: preferRest ?? false };
  if (!emulatorHost) return new v1.FirestoreClient(options);
  const { grpc, googleAuthLibrary } = await import('google-gax');
  const authClient = new googleAuthLibrary.OAuth2Client();
  authClient.setCredentials({ access_token: 'owner', expiry_date: Number.MAX_SAFE_INTEGER });
  const { hostname, port } = new URL(`http://${emulatorHost}`);
  return new v1.FirestoreClient({
    ...options,
    servicePath: hostname,
    port: Number(port),
    protocol: 'http',
    sslCreds: grpc.credentials.createInsecure(),
    authClient,
  });
}

/** gRPC without TLS sends no credentials, and the emulator knows its owner by this header. */
export const EMULATOR_HEADERS = { Authorization: 'Bearer owner' };
