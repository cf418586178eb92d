#!/usr/bin/env bash
# Has the candidate worker proofread a sentence before it gets traffic: analysis.sh
# Needs the packages (`npm ci --omit=dev --ignore-scripts` will do) and, outside Google Cloud, `gcloud auth application-default login`.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/deploy/settings.sh
source scripts/deploy/settings.sh

candidate=${CANDIDATE:-$(worker_url candidate)}
audience=$(worker_url)
node=node_modules/.bin/node
[ -x "$node" ] || node=node
exec "$node" scripts/deploy/analysis.ts --candidate="$candidate" --audience="$audience" \
  --account="$(account invoker)" --pause="${PAUSE:-1}" --begin-within="${BEGIN_WITHIN:-180}"
