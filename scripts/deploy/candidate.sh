#!/usr/bin/env bash
# Asks the candidates, which have no traffic yet: submit and operations by their own addresses, the worker by the queue.
# With TOKEN, a tenant's bearer token, a sentence is proofread as well.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/deploy/settings.sh
source scripts/deploy/settings.sh

lines=$(traffic)
address() { # service
  local revision found
  IFS=, read -r revision _ _ found <<<"$(awk -F, -v s="$1" '$1 == s && $6 == "candidate"' <<<"$lines" | cut -d , -f 4-)"
  [ -n "$found" ] || { echo "$1 has no candidate: run function.sh first" >&2 && return 1; }
  is_own "$revision" || { echo "$1 was deployed by another: $revision" >&2 && return 1; }
  echo "$found"
}
worker=$(address "$_WORKER_SERVICE")
submit=$(address "$_SUBMIT_SERVICE")
operations=$(address "$_OPERATIONS_SERVICE")

failures=0
bash scripts/deploy/smoke.sh "$submit" "$operations" "$worker" || failures=$((failures + 1))

# A task for the candidate, with the token that the worker takes.
place=(--project="$PROJECT_ID" --location="$_REGION" --queue="$_QUEUE")
audience=$(worker_url)
put() { # task path body
  gcloud tasks create-http-task "$1" "${place[@]}" --quiet \
    --url="$worker$2" --method=POST --header=Content-Type:application/json --body-content="$3" \
    --oidc-service-account-email="$(account invoker)" --oidc-token-audience="$audience" >/dev/null
}
# Cloud Tasks forgets a task that was acknowledged, and tells of another how its last try was answered.
acknowledged() { # task name
  local try seen
  # New roles take minutes.
  for ((try = 0; try < ${TRIES:-90}; try += 1)); do
    if ! seen=$(gcloud tasks describe "$1" "${place[@]}" --format='value(lastAttempt.responseStatus.message)' 2>&1); then
      grep --quiet NOT_FOUND <<<"$seen" && echo "ok: $2" && return
      echo "$seen" >&2 && return 1
    fi
    sleep "${PAUSE:-2}"
  done
  echo "FAILED: $2: ${seen:-never dispatched}" >&2
  gcloud tasks delete "$1" "${place[@]}" --quiet
  return 1
}

state=$(gcloud tasks queues describe "$_QUEUE" --project="$PROJECT_ID" --location="$_REGION" --format='value(state)')
if [ "$state" = RUNNING ]; then
  id="candidate-${BUILD_ID:-by-hand}-$RANDOM$RANDOM"
  # No operation has this id, which a worker that can read the store answers with 200.
  put "$id-run" /tasks/run '{"operation_id":"00000000-0000-4000-8000-000000000000"}'
  put "$id-sweep" /tasks/sweep '{}'
  acknowledged "$id-run" 'the worker runs what the queue brings' || failures=$((failures + 1))
  acknowledged "$id-sweep" 'the worker sweeps' || failures=$((failures + 1))
else
  echo "NOT ASKED: the worker, because the queue is $state"
fi
[ "$failures" -eq 0 ] || exit 1
