const FUNCTION = 'resource.type="cloud_run_revision"';

/** What a log metric counts: a filter on log lines, with labels or a value taken from them. */
export interface Counted {
  readonly what: string;
  readonly filter: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Makes the metric a distribution of this field. */
  readonly value?: string;
  /** Of the field; `1`, a plain number, if absent. */
  readonly unit?: string;
  /** Bounds of the distribution's buckets, for a field whose percentiles an alert looks at. */
  readonly bounds?: readonly number[];
}

/** The log metrics by name. `docs/operate.md` says what the fields mean. */
export const countedOf = (sweepJob: string, workerService: string) =>
  ({
    sweeps: {
      what: 'Sweeps that the worker answered well',
      filter: `resource.type="cloud_scheduler_job" resource.labels.job_id="${sweepJob}" httpRequest.status=200`,
    },
    faults: {
      what: 'Faults of ours',
      filter: `${FUNCTION} severity>=ERROR NOT logName:"run.googleapis.com%2Frequests"`,
    },
    attempts: {
      what: 'Attempts, by how they ended and which of its operation they were; 0 is the synchronous one',
      filter: `${FUNCTION} jsonPayload.message="attempt"`,
      labels: { outcome: 'EXTRACT(jsonPayload.outcome)', attempt: 'EXTRACT(jsonPayload.attempt)' },
    },
    'operations-ended': {
      what: 'Operations that the worker found or brought to an end, by status',
      filter: `${FUNCTION} jsonPayload.message="request" jsonPayload.route="/tasks/run" jsonPayload.operation_status:*`,
      labels: { status: 'EXTRACT(jsonPayload.operation_status)' },
    },
    'operations-overdue': {
      what: 'Sweeps that failed operations by deadline',
      filter: `${FUNCTION} jsonPayload.outcome="swept" jsonPayload.overdue>0`,
    },
    'tasks-lost': {
      what: 'Sweeps that made tasks again',
      filter: `${FUNCTION} jsonPayload.outcome="swept" jsonPayload.requeued>0`,
    },
    'tasks-not-taken': {
      what: 'Operations whose task the queue did not take',
      filter: `${FUNCTION} jsonPayload.outcome="left-to-sweep"`,
    },
    'oldest-operation': {
      what: 'Seconds since the creation of the oldest operation that a sweep found waiting',
      filter: `${FUNCTION} jsonPayload.outcome="swept" jsonPayload.oldest_s>0`,
      value: 'EXTRACT(jsonPayload.oldest_s)',
      unit: 's',
      bounds: [30, 60, 120, 300, 600, 900, 1800, 3600, 7200],
    },
    'not-taken-up': {
      what: 'Operations that a sweep could not take up',
      filter: `${FUNCTION} jsonPayload.outcome="not-taken-up"`,
    },
    'store-unavailable': {
      what: 'Requests for which Firestore was away',
      filter: `${FUNCTION} jsonPayload.message="store-unavailable"`,
    },
    'identity-unavailable': {
      what: 'Requests for which no key of the identity provider was known',
      filter: `${FUNCTION} jsonPayload.message="identity-unavailable"`,
    },
    'identity-keys-kept': {
      what: 'Fetches of the identity provider’s keys that failed',
      filter: `${FUNCTION} jsonPayload.message="identity-keys-kept"`,
    },
    'records-corrupt': {
      what: 'Records that cannot be read',
      filter: `${FUNCTION} jsonPayload.message="record-corrupt"`,
    },
    'tokens-refused': {
      what: 'Requests whose token was refused',
      filter: `${FUNCTION} jsonPayload.message="request" jsonPayload.code="unauthorized"`,
    },
    'worker-refusals': {
      what: 'Calls of the worker without a token that it takes',
      filter: `${FUNCTION} resource.labels.service_name="${workerService}" httpRequest.status=401`,
    },
    'signatures-removed': {
      what: 'Tokens of the worker’s callers that came without signature',
      filter: `${FUNCTION} resource.labels.service_name="${workerService}" jsonPayload.message="signature-removed"`,
    },
    'input-tokens': {
      // `spent` has what earlier attempts of the operation spent too, so a repeated operation counts for more than it was.
      what: 'Tokens that the model read, failed attempts included',
      filter: `${FUNCTION} jsonPayload.message="attempt" jsonPayload.spent.input_tokens>0`,
      value: 'EXTRACT(jsonPayload.spent.input_tokens)',
    },
    'output-tokens': {
      what: 'Tokens that the model wrote, failed attempts included',
      filter: `${FUNCTION} jsonPayload.message="attempt" jsonPayload.spent.output_tokens>0`,
      value: 'EXTRACT(jsonPayload.spent.output_tokens)',
    },
  }) as const satisfies Readonly<Record<string, Counted>>;
