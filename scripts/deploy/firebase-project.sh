#!/usr/bin/env bash
# Makes the project one of Firebase, with the sites of Hosting, and with Authentication where that is the identity provider.
# Source: https://firebase.google.com/docs/reference/hosting/rest/v1beta1/projects.sites,
# https://cloud.google.com/identity-platform/docs/reference/rest/v2/projects.identityPlatform/initializeAuth
set -euo pipefail
# shellcheck source=scripts/deploy/settings.sh
source "$(dirname "$0")/settings.sh"

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT
token=$(gcloud auth print-access-token)
# Prints the HTTP status; the body goes to $answer.
call() { # method url [body]
  curl --silent --output "$answer" --write-out '%{http_code}' --request "$1" "$2" ${3:+--data "$3"} \
    --header "Authorization: Bearer $token" --header "X-Goog-User-Project: $PROJECT_ID" \
    --header 'Content-Type: application/json'
}
# What exists already is as good as what was made. What was made is not known everywhere at once.
until_ok() { # what, arguments of call...
  local what="$1" try status=000
  shift
  for try in 1 2 3 4 5 6; do
    status=$(call "$@") || status=000
    case "$status" in 200 | 409) return 0 ;; esac
    sleep "${PAUSE:-$((try * 3))}"
  done
  echo "$what: HTTP $status" >&2
  cat "$answer" >&2
  return 1
}

project="https://firebase.googleapis.com/v1beta1/projects/$PROJECT_ID"
sites="https://firebasehosting.googleapis.com/v1beta1/projects/$PROJECT_ID/sites"

echo '— Firebase'
[ "$(call GET "$project")" = 200 ] || until_ok 'adding Firebase to the project' POST "$project:addFirebase" '{}'

# firebase-tools deploys to no site, not even to another one, before the project has its default site.
has_default() {
  until_ok 'listing the sites of Hosting' GET "$sites" && grep --quiet '"DEFAULT_SITE"' "$answer"
}
if ! has_default; then
  # The name may be taken by another project; then Firebase chooses one itself, in its console.
  until_ok 'creating the default site of Hosting' POST "$sites?siteId=$PROJECT_ID" '{}' || true
  for try in 1 2 3 4 5 6; do
    if has_default; then break; fi
    sleep "${PAUSE:-$((try * 3))}"
  done
  grep --quiet '"DEFAULT_SITE"' "$answer" || {
    echo "the project has no default site of Hosting: open" \
      "https://console.firebase.google.com/project/$PROJECT_ID/hosting once, choose 'Get started', and run this again" >&2
    cat "$answer" >&2
    exit 1
  }
fi
grep --quiet "/sites/$_HOSTING_SITE\"" "$answer" ||
  until_ok "creating the site $_HOSTING_SITE" POST "$sites?siteId=$_HOSTING_SITE" '{}' || {
  echo "a site's name must be one that nobody in the world has: export _HOSTING_SITE with one, and run this again" >&2
  exit 1
}

case "$_OIDC_ISSUER" in
  https://securetoken.google.com/*)
    echo '— Firebase Authentication, which issues the tokens of tenants'
    gcloud services enable identitytoolkit.googleapis.com --project="$PROJECT_ID" --quiet
    config="https://identitytoolkit.googleapis.com/v2/projects/$PROJECT_ID"
    [ "$(call GET "$config/config")" = 200 ] ||
      until_ok 'switching Authentication on' POST "$config/identityPlatform:initializeAuth" '{}'
    ;;
esac
