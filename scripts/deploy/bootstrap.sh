#!/usr/bin/env bash
# Once per project, by someone who owns it: APIs, accounts, roles, database, image repository, secret, Firebase.
# Running it again creates nothing twice. With GEMINI_API_KEY in the environment the key becomes the secret's value.
set -euo pipefail
# shellcheck source=scripts/deploy/settings.sh
source "$(dirname "$0")/settings.sh"

exists() { "$@" >/dev/null 2>&1; }

# A new account takes some seconds until IAM knows it everywhere.
bind() {
  local try
  for try in 1 2 3 4 5; do
    if "$@" >/dev/null; then return 0; fi
    sleep "$((try * 3))"
  done
  echo "failed: $*" >&2
  return 1
}
grant() { # account role, on the project
  bind gcloud projects add-iam-policy-binding "$PROJECT_ID" --quiet --condition=None \
    --member="serviceAccount:$(account "$1")" --role="$2"
}
act_as() { # account, on another account
  bind gcloud iam service-accounts add-iam-policy-binding "$(account "$2")" --project="$PROJECT_ID" --quiet \
    --member="serviceAccount:$(account "$1")" --role=roles/iam.serviceAccountUser
}

echo '— APIs'
gcloud services enable artifactregistry.googleapis.com cloudbuild.googleapis.com \
  cloudresourcemanager.googleapis.com cloudscheduler.googleapis.com cloudtasks.googleapis.com \
  firebase.googleapis.com firebasehosting.googleapis.com firebaserules.googleapis.com firestore.googleapis.com \
  iam.googleapis.com iamcredentials.googleapis.com run.googleapis.com secretmanager.googleapis.com \
  --project="$PROJECT_ID" --quiet
if [ "$_GEMINI_ACCESS" = vertex ]; then
  gcloud services enable aiplatform.googleapis.com --project="$PROJECT_ID" --quiet
fi

echo '— accounts'
for name in submit worker operations invoker builder deployer; do
  exists gcloud iam service-accounts describe "$(account "$name")" --project="$PROJECT_ID" ||
    gcloud iam service-accounts create "tamil-$name" --project="$PROJECT_ID" --quiet
done

echo '— database, image repository, secret'
exists gcloud firestore databases describe --database="$_DATABASE" --project="$PROJECT_ID" ||
  gcloud firestore databases create --database="$_DATABASE" --project="$PROJECT_ID" --quiet \
    --location="$_REGION" --type=firestore-native --delete-protection
# The name `gcloud run deploy --source` looks for.
exists gcloud artifacts repositories describe cloud-run-source-deploy --location="$_REGION" --project="$PROJECT_ID" ||
  gcloud artifacts repositories create cloud-run-source-deploy --location="$_REGION" --project="$PROJECT_ID" \
    --quiet --repository-format=docker
if [ "$_GEMINI_ACCESS" = key ]; then
  exists gcloud secrets describe "$_GEMINI_SECRET" --project="$PROJECT_ID" ||
    gcloud secrets create "$_GEMINI_SECRET" --project="$PROJECT_ID" --quiet --replication-policy=automatic
  if ! exists gcloud secrets versions describe latest --secret="$_GEMINI_SECRET" --project="$PROJECT_ID"; then
    printf %s "${GEMINI_API_KEY:?set GEMINI_API_KEY, or _GEMINI_ACCESS=vertex or none}" |
      gcloud secrets versions add "$_GEMINI_SECRET" --project="$PROJECT_ID" --quiet --data-file=-
  fi
fi

echo '— what the functions may do'
for name in submit worker operations; do
  grant "$name" roles/datastore.user
done
for name in submit worker; do
  # Creating a task that carries the invoker's token needs the right to act as the invoker.
  act_as "$name" invoker
  case "$_GEMINI_ACCESS" in
    key)
      bind gcloud secrets add-iam-policy-binding "$_GEMINI_SECRET" --project="$PROJECT_ID" --quiet \
        --member="serviceAccount:$(account "$name")" --role=roles/secretmanager.secretAccessor
      ;;
    vertex) grant "$name" roles/aiplatform.user ;;
  esac
done

echo '— what builds and deploys may do'
grant builder roles/run.builder
for role in cloudbuild.builds.builder run.admin run.sourceDeveloper cloudtasks.queueAdmin cloudscheduler.admin \
  datastore.indexAdmin firebaserules.admin firebasehosting.admin serviceusage.serviceUsageConsumer; do
  grant deployer "roles/$role"
done
for name in submit worker operations invoker builder; do
  act_as deployer "$name"
done

echo '— Firebase, for Hosting'
token=$(gcloud auth print-access-token)
# Prints the HTTP status: what exists already is as good as what was made.
firebase() { # method url body
  curl --silent --output /dev/null --write-out '%{http_code}' --request "$1" "$2" --data "$3" \
    --header "Authorization: Bearer $token" --header "X-Goog-User-Project: $PROJECT_ID" \
    --header 'Content-Type: application/json'
}
until_ok() { # what, command...
  local what="$1" try status
  shift
  for try in 1 2 3 4 5 6; do
    status=$("$@")
    case "$status" in 200 | 409) return 0 ;; esac
    sleep "$((try * 3))"
  done
  echo "$what: HTTP $status" >&2
  return 1
}
project="https://firebase.googleapis.com/v1beta1/projects/$PROJECT_ID"
if [ "$(curl --silent --output /dev/null --write-out '%{http_code}' "$project" \
  --header "Authorization: Bearer $token" --header "X-Goog-User-Project: $PROJECT_ID")" != 200 ]; then
  until_ok 'adding Firebase to the project' firebase POST "$project:addFirebase" '{}'
fi
until_ok 'creating the Hosting site' firebase POST \
  "https://firebasehosting.googleapis.com/v1beta1/projects/$PROJECT_ID/sites?siteId=$_HOSTING_SITE" '{}'

echo "done: https://$_HOSTING_SITE.web.app will answer after the first build"
