#!/usr/bin/env bash
# Creates the Cloud Tasks queue or brings it to these settings, and says who may put tasks in it.
set -euo pipefail
# shellcheck source=scripts/deploy/settings.sh
source "$(dirname "$0")/settings.sh"

verb=create
if gcloud tasks queues describe "$_QUEUE" --project="$PROJECT_ID" --location="$_REGION" >/dev/null 2>&1; then
  verb=update
fi

# Attempts are counted in the record, because a task that runs out of them disappears without a word. An attempt that
# failed makes a task of its own for the next, at the time that the record says. So what is dispatched again here are
# tasks whose attempt was killed, and those that never became one (no instance, no store, a lease held by another): three
# times the worker's own limit leaves room for all of them.
# No more dispatches at once than the worker has room for: the rest would be refused by Cloud Run with 429, at which
# Cloud Tasks slows the whole queue.
gcloud tasks queues "$verb" "$_QUEUE" \
  --project="$PROJECT_ID" --location="$_REGION" --quiet \
  --max-attempts="$((_WORKER_MAX_ATTEMPTS * 3))" \
  --min-backoff=2s --max-backoff=60s --max-doublings=5 \
  --max-concurrent-dispatches="$((_WORKER_CONCURRENCY * _WORKER_MAX_INSTANCES))" \
  --max-dispatches-per-second="$_QUEUE_DISPATCHES_PER_SECOND"

# The sweep re-enqueues and a certification enqueues its children, so the worker enqueues too; operations never does.
for name in submit worker; do
  gcloud tasks queues add-iam-policy-binding "$_QUEUE" \
    --project="$PROJECT_ID" --location="$_REGION" --quiet \
    --member="serviceAccount:$(account "$name")" --role=roles/cloudtasks.enqueuer
done
