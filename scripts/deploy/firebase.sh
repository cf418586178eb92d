#!/usr/bin/env bash
# Deploys parts of firebase.json with this deployment's names in it: firebase.sh firestore | hosting
# Neither run deletes an index or a policy that the files no longer name; `--force` by hand does.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/deploy/settings.sh
source scripts/deploy/settings.sh

parts="${1:?firestore or hosting}"
# Paths in the file are read from the folder it lies in, so the copy lies beside the original.
config=$(mktemp firebase.XXXXXX.json)
trap 'rm -f "$config"' EXIT
export _REGION _DATABASE _HOSTING_SITE _SUBMIT_SERVICE _OPERATIONS_SERVICE
npx --no-install node scripts/deploy/firebase-config.ts >"$config"
npx --yes firebase-tools@15.34.2 deploy --non-interactive --project="$PROJECT_ID" --config="$config" --only="$parts"
