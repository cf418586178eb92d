#!/usr/bin/env bash
# Takes the page out of the image that is deployed, so that Hosting gets what was tested with it: page.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/deploy/settings.sh
source scripts/deploy/settings.sh

container=$(docker create "$_IMAGE")
rm -rf web/dist
docker cp "$container:/function/web" web/dist
docker rm "$container" >/dev/null
