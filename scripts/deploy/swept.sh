#!/usr/bin/env bash
# Waits until the schedule has called the worker and was answered well: the way of a task, through network, IAM, the
# worker's own check of the token, and Firestore.
# Source: https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#Job
set -euo pipefail
# shellcheck source=scripts/deploy/settings.sh
source "$(dirname "$0")/settings.sh"

look() {
  gcloud scheduler jobs describe "$_SWEEP_JOB" --project="$PROJECT_ID" --location="$_REGION" --quiet \
    --format='value[separator="|"](state,lastAttemptTime,status.code)'
}

now=$(look)
IFS='|' read -r state last _ <<<"$now"
if [ "$state" = PAUSED ]; then
  echo 'not asked: the sweep is paused'
  exit 0
fi

# New roles and indexes take minutes. An attempt ends before the next begins, so that what is told of the last one when a
# second has begun is of one that began after this.
begun=0
code=
for ((try = 0; try < ${TRIES:-120}; try += 1)); do
  now=$(look)
  # Before the first attempt there is no time, and a code of -1.
  IFS='|' read -r _ attempt code <<<"$now"
  if [ -n "$attempt" ] && [ "$attempt" != "$last" ]; then
    last="$attempt"
    begun=$((begun + 1))
  fi
  if [ "$begun" -ge 2 ] && [ "${code:-0}" = 0 ]; then
    echo 'ok: the worker sweeps'
    exit 0
  fi
  sleep "${PAUSE:-5}"
done
echo "FAILED: the worker sweeps: $begun attempts began, google.rpc.Code of the last: ${code:-none}" >&2
exit 1
