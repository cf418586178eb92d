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
# Node 24, of which a project that was installed has its own, reads TypeScript.
PATH="$PWD/node_modules/.bin:$PATH" node scripts/deploy/firebase-config.ts >"$config"
tool=${FIREBASE:-scripts/deploy/firebase-tools/node_modules/.bin/firebase}
[ -x "$tool" ] || { echo 'first: npm ci --prefix=scripts/deploy/firebase-tools --ignore-scripts' >&2 && exit 1; }
# Fields are changed one by one, and Firestore may refuse a change while it is still busy with another.
said=$(mktemp)
trap 'rm -f "$config" "$said"' EXIT
for try in 1 2 3 4 5; do
  if "$tool" deploy --non-interactive --project="$PROJECT_ID" --config="$config" --only="$parts" 2>&1 | tee "$said"; then exit 0; fi
  grep --quiet 'HTTP Error: 409' "$said" || exit 1
  echo "— Firestore is busy: again after a pause ($try)"
  sleep "${PAUSE:-$((try * 20))}"
done
exit 1
