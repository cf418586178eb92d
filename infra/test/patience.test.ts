import { expect, it } from 'vitest';
import { triesAgain } from '../patience.ts';

const again = (...errors: string[]) => triesAgain({ errors }, 0);
const METRIC =
  'Error creating AlertPolicy: googleapi: Error 404: Cannot find metric(s) that match type = "logging.googleapis.com/user/faults".';

it.each([
  METRIC,
  'Error 403: Cloud Tasks API has not been used in project 123456789012 before or it is disabled., accessNotConfigured',
  'Error 400: Service account service-123456789012@gcp-sa-cloudtasks.iam.gserviceaccount.com does not exist., badRequest',
])('what is too new is tried again: %s', async (error) => {
  expect(await again(error)).toBe(true);
});

it('what is wrong is not, and nothing for ever', async () => {
  expect(await again('Error 403: The caller does not have permission', METRIC)).toBe(false);
  expect(await again(...Array.from({ length: 45 }, () => METRIC))).toBe(true);
  expect(await again(...Array.from({ length: 46 }, () => METRIC))).toBe(false);
});
