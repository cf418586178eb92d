import type { GoogleGenAI, GoogleGenAIOptions } from '@google/genai';
import { httpFault } from './http-fault.ts';

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
}

/** The SDK's client. The SDK is loaded by the first call of this, not with this file. */
export async function connect({ apiKey, vertex, baseUrl }: GeminiAccess): Promise<GoogleGenAI> {
  const { GoogleGenAI } = await import('@google/genai');
  // Whatever is left out here the SDK would look up in the environment, so nothing is left out.
  const httpOptions = { baseUrl: baseUrl ?? homeOf(vertex?.location), fetch: fetchOrFault };
  if (vertex === undefined)
    return new GoogleGenAI({ vertexai: false, apiKey: apiKey ?? '', apiVersion: 'v1beta', httpOptions });
  const { project, location, authClient } = vertex;
  return new GoogleGenAI({
    vertexai: true,
    project,
    location,
    apiVersion: 'v1beta1',
    httpOptions,
    ...(authClient && {
      googleAuthOptions: { authClient } as NonNullable<GoogleGenAIOptions['googleAuthOptions']>,
    }),
  });
}

/** https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations */
function homeOf(location: string | undefined): string {
  if (location === undefined) return 'https://generativelanguage.googleapis.com';
  if (location === 'global') return 'https://aiplatform.googleapis.com';
  if (location === 'us' || location === 'eu') return `https://aiplatform.${location}.rep.googleapis.com`;
  return `https://${location}-aiplatform.googleapis.com`;
}

/** `fetch` that turns every status but 2xx into a fault: the SDK's own error loses the headers. */
const fetchOrFault: typeof fetch = async (input, init) => {
  const response = await fetch(input, init);
  if (response.ok) return response;
  throw httpFault(response.status, response.headers, await response.text());
};
