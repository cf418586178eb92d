import type { GoogleGenAI, GoogleGenAIOptions } from '@google/genai';
import { createBoundedFetch, MAX_PAUSE_MS } from './bounded-fetch.ts';

export interface GeminiAccess {
  readonly apiKey?: string | undefined;
  /** Vertex AI by Application Default Credentials, instead of a key. */
  readonly vertex?:
    | {
        readonly project: string;
        readonly location: string;
        /** Who signs the requests, if not the default credentials. */
        readonly authClient?: { getRequestHeaders(url?: string | URL): Promise<Headers> } | undefined;
      }
    | undefined;
  /** Where the API is, if not at Google. */
  readonly baseUrl?: string | undefined;
  /** Between two pieces of an answer. */
  readonly maxPauseMs?: number | undefined;
}

/** The SDK's client. The SDK is loaded by the first call of this, not with this file. */
export async function connect(access: GeminiAccess): Promise<GoogleGenAI> {
  const { GoogleGenAI } = await import('@google/genai');
  const { apiKey, vertex, baseUrl, maxPauseMs = MAX_PAUSE_MS } = access;
  // The SDK looks up missing options in the environment, so all are given.
  const httpOptions = { baseUrl: baseUrl ?? homeOf(vertex?.location), fetch: createBoundedFetch(maxPauseMs) };
  if (vertex === undefined)
    return new GoogleGenAI({ vertexai: false, apiKey: apiKey ?? '', apiVersion: 'v1beta', httpOptions });
  const { project, location, authClient } = vertex;
  return new GoogleGenAI({
    vertexai: true,
    project,
    location,
    apiVersion: 'v1beta1',
    httpOptions,
    googleAuthOptions: (authClient
      ? { authClient }
      : { clientOptions: { transporterOptions: BOUNDED_SIGN_IN } }) as NonNullable<
      GoogleGenAIOptions['googleAuthOptions']
    >,
  });
}

/** https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations */
function homeOf(location: string | undefined): string {
  if (location === undefined) return 'https://generativelanguage.googleapis.com';
  if (location === 'global') return 'https://aiplatform.googleapis.com';
  if (location === 'us' || location === 'eu') return `https://aiplatform.${location}.rep.googleapis.com`;
  return `https://${location}-aiplatform.googleapis.com`;
}

/**
 * The transport with which Google's auth library exchanges credentials for a token. It asks the metadata server of Google
 * Cloud and the STS of a federated identity by other means, which cannot be configured.
 */
const BOUNDED_SIGN_IN = { redirect: 'manual', size: 64 * 1024 };
