#!/usr/bin/env bash
# Once per project, by someone who owns it: APIs, accounts, roles, database, image repository, secret, Firebase.
# Running it again creates nothing twice. With GEMINI_API_KEY in the environment the key becomes the secret's first version.
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

echo '— database, with seven days of its past and daily backups'
if exists gcloud firestore databases describe --database="$_DATABASE" --project="$PROJECT_ID"; then
  gcloud firestore databases update --database="$_DATABASE" --project="$PROJECT_ID" --quiet \
    --delete-protection --enable-pitr
else
  gcloud firestore databases create --database="$_DATABASE" --project="$PROJECT_ID" --quiet \
    --location="$_REGION" --type=firestore-native --delete-protection --enable-pitr
fi
schedules=$(gcloud firestore backups schedules list --database="$_DATABASE" --project="$PROJECT_ID" --format='value(name)')
[ -n "$schedules" ] || gcloud firestore backups schedules create --database="$_DATABASE" --project="$PROJECT_ID" --quiet \
  --recurrence=daily --retention="$_BACKUP_RETENTION"

echo '— sources, images, secret'
# In the region, where an organization may want everything to be, and kept no longer than somebody may ask for them.
sources="gs://$(builds_bucket)"
exists gcloud storage buckets describe "$sources" ||
  gcloud storage buckets create "$sources" --project="$PROJECT_ID" --location="$_REGION" --quiet \
    --uniform-bucket-level-access --public-access-prevention
gcloud storage buckets update "$sources" --quiet --lifecycle-file="$(dirname "$0")/sources-lifecycle.json"
exists gcloud artifacts repositories describe "$_REPOSITORY" --location="$_REGION" --project="$PROJECT_ID" ||
  gcloud artifacts repositories create "$_REPOSITORY" --location="$_REGION" --project="$PROJECT_ID" \
    --quiet --repository-format=docker
gcloud artifacts repositories set-cleanup-policies "$_REPOSITORY" --location="$_REGION" --project="$PROJECT_ID" --quiet \
  --no-dry-run --policy="$(dirname "$0")/images-cleanup.json"
if [ "$_GEMINI_ACCESS" = key ]; then
  exists gcloud secrets describe "$_GEMINI_SECRET" --project="$PROJECT_ID" ||
    gcloud secrets create "$_GEMINI_SECRET" --project="$PROJECT_ID" --quiet \
      --replication-policy=user-managed --locations="$_REGION"
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

# Cloud Tasks signs the invoker's tokens by an agent of its own, which switching the API on has made.
# Source: https://cloud.google.com/tasks/docs/creating-http-target-tasks#sa
number=$(project_number)
bind gcloud iam service-accounts add-iam-policy-binding "$(account invoker)" --project="$PROJECT_ID" --quiet \
  --member="serviceAccount:service-$number@gcp-sa-cloudtasks.iam.gserviceaccount.com" --role=roles/iam.serviceAccountUser

echo '— what builds and tests may do, and what deploys'
# The builder runs the code of a commit, so it may write an image and a log, and nothing else.
for name in builder deployer; do
  grant "$name" roles/logging.logWriter
  bind gcloud storage buckets add-iam-policy-binding "$sources" --quiet \
    --member="serviceAccount:$(account "$name")" --role=roles/storage.objectViewer
done
image_role() {
  bind gcloud artifacts repositories add-iam-policy-binding "$_REPOSITORY" --location="$_REGION" --project="$PROJECT_ID" \
    --quiet --member="serviceAccount:$(account "$1")" --role="roles/artifactregistry.$2"
}
image_role builder writer
image_role deployer reader
# With datastore.user analysis.sh records an operation that the candidate worker is asked with.
for role in run.admin cloudtasks.queueAdmin cloudtasks.enqueuer cloudtasks.viewer cloudtasks.taskDeleter \
  cloudscheduler.admin datastore.indexAdmin datastore.user firebaserules.admin firebasehosting.admin \
  serviceusage.serviceUsageConsumer; do
  grant deployer "roles/$role"
done
for name in submit worker operations invoker; do
  act_as deployer "$name"
done

bash "$(dirname "$0")/firebase-project.sh"
echo "done: https://$_HOSTING_SITE.web.app will answer after the first deployment"
