#!/usr/bin/env bash
# Asks a deployment the questions whose answers show that it is whole: smoke.sh [submit operations worker]
# The three are addresses. Without them the site answers for submit and operations, and what the schedule was answered is looked
# at too; SITE and WORKER name others than the usual ones. With TOKEN, a tenant's bearer token, a sentence is proofread as well, at
# once and by the queue. With FAIL_FAST it asks no more after the first wrong answer.
set -euo pipefail
if [ $# -lt 3 ]; then
  # shellcheck source=scripts/deploy/settings.sh
  source "$(dirname "$0")/settings.sh"
fi
submit="${1:-${SITE:-https://$_HOSTING_SITE.web.app}}"
operations="${2:-$submit}"
worker="${3:-${WORKER:-$(worker_url)}}"

headers=$(mktemp)
body=$(mktemp)
trap 'rm -f "$headers" "$body"' EXIT
failures=0

has() { grep --quiet --ignore-case --extended-regexp "$1" "$headers"; }
fail() {
  failures=$((failures + 1))
  echo "FAILED: $1" >&2
  [ -z "${FAIL_FAST:-}" ] || exit 1
}
# expect NAME STATUSES CONTENT-TYPE curl arguments…
expect() {
  local name="$1" statuses="$2" type="$3" status
  shift 3
  status=$(curl --silent --show-error --max-time 60 --retry "${RETRIES:-5}" --retry-max-time 60 --retry-connrefused \
    --dump-header "$headers" --output "$body" --write-out '%{http_code}' "$@") || status=000
  if [[ " $statuses " != *" $status "* ]]; then
    fail "$name: HTTP $status instead of $statuses"
  elif [ -n "$type" ] && ! has "^content-type: *$type"; then
    fail "$name: not $type"
  elif [ -n "$type" ] && ! has '^cache-control:.*no-store'; then
    fail "$name: a shared cache may keep it"
  else
    echo "ok: $name"
  fi
}

problem='application/problem\+json'
json=(--header 'Content-Type: application/json')
id=00000000-0000-4000-8000-000000000000

# A new site of Hosting or a new address of Cloud Run is not found for a while.
for ((try = 0; try < ${RETRIES:-12}; try += 1)); do
  curl --silent --fail --max-time 10 --output /dev/null "$operations/v1/health" && break
  sleep 5
done

expect 'alive' 200 application/json "$operations/v1/health"
expect 'the store can be reached' 200 application/json "$operations/v1/ready"
expect 'no proofread without a token' 401 "$problem" "${json[@]}" --data '{"text":"வணக்கம்"}' "$submit/v1/proofread"
expect 'no essay critique without a token' 401 "$problem" "${json[@]}" --data '{"essay":"வணக்கம்"}' \
  "$submit/v1/essay-critique"
expect 'no certification without a token' 401 "$problem" "${json[@]}" --data '{"mode":"quick"}' \
  "$submit/v1/admin/integrations/smoke/certifications"
expect 'no operation without a token' 401 "$problem" "$operations/v1/operations/$id"
expect 'an unknown path is a problem, not a page' 404 "$problem" "$operations/no-such-page"
if [ $# -lt 3 ]; then
  # Hosting serves it, and no function.
  expect 'the page' 200 '' "$operations/"
  has '^content-type: *text/html' || fail 'the page: not text/html'
fi
expect 'the worker is not behind the site' 404 "$problem" "${json[@]}" --data '{}' "$operations/tasks/run"
# From outside, ingress answers 404; from inside the network, the worker answers 401.
expect 'the worker lets nobody in' '401 404' '' "${json[@]}" --data "{\"operation_id\":\"$id\"}" "$worker/tasks/run"

# field NAME: its first value in the last answer, if that is a string.
field() { { grep --only-matching "\"$1\":\"[^\"]*\"" "$body" || true; } | head -n 1 | cut -d '"' -f 4; }

if [ -n "${TOKEN:-}" ]; then
  tenant=("${json[@]}" --header "Authorization: Bearer $TOKEN")
  sentence='{"text":"அந்த பையன் பள்ளிக்கு போனான்."}'
  expect 'a proofread' '200 202' application/json "${tenant[@]}" --data "$sentence" "$submit/v1/proofread"
  expect 'a proofread for later' 202 application/json "${tenant[@]}" --header 'Prefer: respond-async' \
    --data "$sentence" "$submit/v1/proofread"
  operation=$(field operation_id) || operation=none
  for ((try = 0; try < ${POLLS:-90}; try += 1)); do
    expect 'its operation' 200 application/json "${tenant[@]}" "$operations/v1/operations/$operation" >/dev/null
    status=$(field status) || status=unknown
    case "$status" in queued | running) sleep "${PAUSE:-2}" ;; *) break ;; esac
  done
  if [ "$status" = succeeded ]; then echo 'ok: what the worker made of it'; else fail "what the worker made of it: $status"; fi
fi
if [ $# -lt 3 ]; then
  bash "$(dirname "$0")/swept.sh" || failures=$((failures + 1))
fi

[ "$failures" -eq 0 ] || { echo "$failures failed" >&2 && exit 1; }
