#!/usr/bin/env bash
# Asks a deployment the questions whose answers show that it is whole: smoke.sh [site URL] [worker URL]
# With TOKEN, a tenant's bearer token, it has a sentence proofread as well.
set -euo pipefail
if [ $# -lt 2 ]; then
  # shellcheck source=scripts/deploy/settings.sh
  source "$(dirname "$0")/settings.sh"
fi
site="${1:-https://$_HOSTING_SITE.web.app}"
worker="${2:-$(worker_url)}"

headers=$(mktemp)
trap 'rm -f "$headers"' EXIT
failures=0

has() { grep --quiet --ignore-case --extended-regexp "$1" "$headers"; }
fail() { failures=$((failures + 1)) && echo "FAILED: $1" >&2; }
# expect NAME STATUSES CONTENT-TYPE curl arguments…
expect() {
  local name="$1" statuses="$2" type="$3" status
  shift 3
  status=$(curl --silent --show-error --max-time 60 --retry "${RETRIES:-5}" --retry-connrefused \
    --dump-header "$headers" --output /dev/null --write-out '%{http_code}' "$@") || status=000
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

expect 'alive' 200 application/json "$site/v1/health"
expect 'the store can be reached' 200 application/json "$site/v1/ready"
expect 'no proofread without a token' 401 "$problem" "${json[@]}" --data '{"text":"வணக்கம்"}' "$site/v1/proofread"
expect 'no essay critique without a token' 401 "$problem" "${json[@]}" --data '{"essay":"வணக்கம்"}' \
  "$site/v1/essay-critique"
expect 'no certification without a token' 401 "$problem" "${json[@]}" --data '{"mode":"quick"}' \
  "$site/v1/admin/integrations/smoke/certifications"
expect 'no operation without a token' 401 "$problem" "$site/v1/operations/$id"
expect 'an unknown path is a problem, not a page' 404 "$problem" "$site/no-such-page"
expect 'the root is a problem, not a page' 404 "$problem" "$site/"
expect 'the worker is not behind the site' 404 "$problem" "${json[@]}" --data '{}' "$site/tasks/run"
# From outside, ingress answers 404; from inside the network, IAM answers 401 or 403.
expect 'the worker lets nobody in' '401 403 404' '' "${json[@]}" --data "{\"operation_id\":\"$id\"}" "$worker/tasks/run"

if [ -n "${TOKEN:-}" ]; then
  expect 'a proofread' '200 202' application/json "${json[@]}" --header "Authorization: Bearer $TOKEN" \
    --data '{"text":"அந்த பையன் பள்ளிக்கு போனான்."}' "$site/v1/proofread"
fi

[ "$failures" -eq 0 ] || { echo "$failures failed" >&2 && exit 1; }
