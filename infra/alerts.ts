import type { Resource } from '@pulumi/pulumi';
import {
  type Alert,
  type Channels,
  counted,
  type Labels,
  makeAlert,
  nothingCounted,
  risen,
  share,
  summedAbove,
} from './alert.ts';
import { ofCapacity } from './capacity-alerts.ts';
import type { MetricName, Metrics } from './metrics.ts';
import type { Place } from './place.ts';

/** Makes the alerts of docs/operate.md on what the functions log, on the queue and on instances. Those on objectives are in objectives.ts. */
export function makeAlerts(place: Place, channels: Channels, metrics: Metrics): void {
  // A policy is refused while its metric is not known.
  const then = { ...place, after: { ...place.after, dependsOn: Object.values(metrics) } };
  for (const [name, alert] of Object.entries({ ...ofLogs(place), ...ofCapacity(place) }))
    makeAlert(then, channels, name, alert);
}

/** Makes the alert on a sweep that never comes and so logs nothing. It waits for the schedule, so that a new stack gives no alarm. */
export function makeSweepAlert(place: Place, channels: Channels, metrics: Metrics, sweep: Resource): void {
  const dependsOn = [metrics.sweeps, sweep];
  makeAlert({ ...place, after: { ...place.after, dependsOn } }, channels, 'sweep-absent', {
    title: 'The sweep is absent',
    paragraph: 'the-sweep-is-absent',
    severity: 'CRITICAL',
    conditions: [nothingCounted('sweeps', 'cloud_scheduler_job')],
  });
}

/** So few are no reason to wake somebody, however large a share of a quiet night they are. */
const FEW = 5;
const shareOfSome = (name: MetricName, labels: Labels, above: number) => ({
  conditions: [share(name, labels, above), counted(name, FEW, 10, { labels })],
  together: true,
});

const ofLogs = ({ config }: Place): Record<string, Alert> => ({
  'sweep-fails-at-one': {
    title: 'The sweep fails at one',
    paragraph: 'the-sweep-is-absent',
    severity: 'WARNING',
    conditions: [counted('not-taken-up', 0, 5)],
  },
  fault: {
    title: 'A fault of ours',
    paragraph: 'a-fault-of-ours',
    severity: 'WARNING',
    conditions: [counted('faults', 0, 5)],
  },
  'attempt-crashed': {
    title: 'An attempt crashed',
    paragraph: 'a-fault-of-ours',
    severity: 'WARNING',
    conditions: [counted('attempts', 0, 5, { labels: { outcome: ['crashed'] } })],
  },
  'model-away': {
    title: 'The model is away',
    paragraph: 'the-model-is-away',
    severity: 'CRITICAL',
    ...shareOfSome('attempts', { outcome: ['unavailable', 'timed-out'] }, 0.2),
  },
  'model-refuses': {
    title: 'The model refuses, or its answers cannot be used',
    paragraph: 'operations-fail',
    severity: 'WARNING',
    conditions: [share('attempts', { outcome: ['rejected'] }, 0.05)],
  },
  'short-texts-slow': {
    title: 'Short texts take too long',
    paragraph: 'the-model-is-away',
    severity: 'WARNING',
    conditions: [share('attempts', { outcome: ['timed-out'] }, 0.05, { attempt: ['0'] })],
  },
  'token-spend': {
    title: 'Token spend',
    paragraph: 'the-model-is-away',
    severity: 'WARNING',
    conditions: [summedAbove('output-tokens', config.outputTokensPerHour)],
  },
  'operations-fail': {
    title: 'Operations fail',
    paragraph: 'operations-fail',
    severity: 'CRITICAL',
    ...shareOfSome('operations-ended', { status: ['failed'] }, 0.01),
  },
  'operations-overdue': {
    title: 'Operations pass their deadline',
    paragraph: 'operations-fail',
    severity: 'CRITICAL',
    conditions: [counted('operations-overdue', 0, 5)],
  },
  'store-away': {
    title: 'Firestore is away',
    paragraph: 'firestore-is-away',
    severity: 'CRITICAL',
    conditions: [counted('store-unavailable', 5, 5)],
  },
  'identity-away': {
    title: 'The identity provider is away',
    paragraph: 'the-identity-provider-is-away',
    severity: 'CRITICAL',
    conditions: [counted('identity-unavailable', 0, 5), counted('identity-keys-kept', 10, 10)],
  },
  'tokens-refused': {
    title: 'Tokens are refused',
    paragraph: 'the-identity-provider-is-away',
    severity: 'WARNING',
    conditions: [risen('tokens-refused', 20)],
  },
  'record-corrupt': {
    title: 'A record cannot be read',
    paragraph: 'a-record-that-cannot-be-read',
    severity: 'WARNING',
    conditions: [counted('records-corrupt', 0, 5)],
  },
  'worker-tried': {
    title: 'Somebody tries the worker',
    paragraph: 'somebody-tries-the-worker',
    severity: 'WARNING',
    conditions: [counted('worker-refusals', 10, 5)],
  },
  'signature-removed': {
    title: "The worker's tokens have no signature",
    paragraph: 'somebody-tries-the-worker',
    severity: 'CRITICAL',
    conditions: [counted('signatures-removed', 0, 5)],
  },
});
