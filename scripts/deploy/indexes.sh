#!/usr/bin/env bash
# Waits until the indexes of the database are built, since a query without its index fails: indexes.sh
# Even in an empty database that takes some minutes: https://firebase.google.com/docs/firestore/query-data/indexing#index_build_time
set -euo pipefail
# shellcheck source=scripts/deploy/settings.sh
source "$(dirname "$0")/settings.sh"

for ((try = 0; try < ${TRIES:-180}; try += 1)); do
  states=$(gcloud firestore indexes composite list --database="$_DATABASE" --project="$PROJECT_ID" --format='value(state)')
  building=$(grep -v '^READY$' <<<"$states" || true)
  if [ -z "$building" ]; then
    echo 'ok: the indexes are built'
    exit 0
  fi
  sleep "${PAUSE:-10}"
done
echo "FAILED: the indexes are not built:" $building >&2
echo 'With many operations this takes long: deploy again when all are READY.' >&2
exit 1
