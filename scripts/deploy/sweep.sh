#!/usr/bin/env bash
# Creates the Cloud Scheduler job that calls the worker's sweep every minute, or brings it to these settings.
set -euo pipefail
# shellcheck source=scripts/deploy/settings.sh
source "$(dirname "$0")/settings.sh"

url=$(worker_url)
verb=create
headers=--headers=Content-Type=application/json
if gcloud scheduler jobs describe "$_SWEEP_JOB" --project="$PROJECT_ID" --location="$_REGION" >/dev/null 2>&1; then
  verb=update
  headers=--update-headers=Content-Type=application/json
fi

# No retries and a deadline under a minute: the next run is the retry.
gcloud scheduler jobs "$verb" http "$_SWEEP_JOB" \
  --project="$PROJECT_ID" --location="$_REGION" --quiet \
  --schedule='* * * * *' --time-zone=Etc/UTC \
  --uri="$url/tasks/sweep" --http-method=POST "$headers" --message-body='{}' \
  --oidc-service-account-email="$(account invoker)" --oidc-token-audience="$url" \
  --attempt-deadline=55s --max-retry-attempts=0
