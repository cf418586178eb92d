#!/usr/bin/env bash
# Builds the image of the functions from dist/ and puts it into the repository as functions:$_TAG: image.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/deploy/settings.sh
source scripts/deploy/settings.sh

image="$_REGION-docker.pkg.dev/$PROJECT_ID/$_REPOSITORY/functions:$_TAG"
# The page goes with the functions; page.sh gives it to Hosting.
rm -rf dist/web
cp -R web/dist dist/web
docker build --file=scripts/deploy/Dockerfile --tag="$image" dist
docker push "$image"
echo "built: $(docker inspect --format='{{index .RepoDigests 0}}' "$image")"
