import { type Made, made, stackFile, withSettings } from './stack.ts';

/** The project of the stand-in for gcloud. */
export const PROJECT = 'demo-project';
export const IMAGE = `asia-south1-docker.pkg.dev/${PROJECT}/tamil/functions@sha256:${'a'.repeat(64)}`;

/** What the program makes of settings that the scripts run with. */
export function byProgram(settings: Record<string, string>): Promise<Made[]> {
  const { 'tamil:settings': _, 'tamil:imageReaders': __, ...config } = stackFile('staging');
  return made(withSettings({ ...config, 'gcp:project': PROJECT, 'tamil:image': IMAGE }, settings));
}
