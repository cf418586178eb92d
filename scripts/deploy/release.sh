#!/usr/bin/env bash
# Gives the candidates the traffic and asks the whole deployment; if an answer is wrong, or at Ctrl-C, gives it back: release.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/deploy/settings.sh
source scripts/deploy/settings.sh

# An old worker may not understand what a new submit writes, and what submit writes must be readable where it is polled.
services=("$_WORKER_SERVICE" "$_OPERATIONS_SERVICE" "$_SUBMIT_SERVICE")
candidates=()
formers=()
lines=$(traffic)
for service in "${services[@]}"; do
  IFS=, read -r _ _ image candidate _ <<<"$(awk -F, -v s="$service" '$1 == s && $6 == "candidate"' <<<"$lines")"
  [ -n "$candidate" ] || { echo "$service has no candidate: run function.sh first" >&2 && exit 1; }
  if [ "$image" != "$_IMAGE" ] || ! is_own "$candidate"; then
    echo "$service was deployed by another: $candidate, $image" >&2
    exit 1
  fi
  candidates+=("$candidate")
  formers+=("$(awk -F, -v s="$service" '$1 == s && $5 > 0 { printf "%s%s=%s", (n++ ? "," : ""), $4, $5 }' <<<"$lines")")
done

give() { # service, revision=percent,…
  gcloud run services update-traffic "$1" --project="$PROJECT_ID" --region="$_REGION" --quiet --to-revisions="$2"
}
# What is deployed must also be ready and serve: after a rollback a service's traffic stays where it was put.
serve() {
  local at
  lines=$(traffic) || return
  for at in 0 1 2; do
    grep --quiet "^${services[at]},${candidates[at]},$_IMAGE,${candidates[at]},100," <<<"$lines" ||
      { echo "FAILED: ${services[at]} is not served by ${candidates[at]}" >&2 && return 1; }
    echo "ok: ${services[at]} is served by ${candidates[at]}"
  done
}
release() {
  local at
  for at in 0 1 2; do give "${services[at]}" "${candidates[at]}=100" || return; done
  # Clients are served meanwhile, so the first wrong answer is enough: to ask all the rest may take a quarter of an hour.
  serve && FAIL_FAST=1 bash scripts/deploy/smoke.sh
}
# In the opposite order, so that no new submit writes for an old worker.
go_back() {
  local at
  for at in 2 1 0; do
    if [ "${formers[at]}" = "${candidates[at]}=100" ]; then
      echo "${services[at]} has no former revision to go back to" >&2
    elif give "${services[at]}" "${formers[at]}"; then
      echo "${services[at]} is served by ${formers[at]} again" >&2
    else
      echo "FAILED: ${services[at]} could not be given back to ${formers[at]}" >&2
    fi
  done
}
# Whoever interrupts it must not leave revisions serving that nobody has asked to the end. A second Ctrl-C changes nothing.
trap 'trap "" HUP INT TERM; echo "FAILED: interrupted" >&2; go_back; exit 1' HUP INT TERM
if release; then exit 0; fi
go_back
exit 1
