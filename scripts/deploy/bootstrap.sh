#!/usr/bin/env bash
# Once per project, by someone who owns it: APIs, accounts, roles, database, image repository, secret, Firebase.
# Running it again creates nothing twice. With GEMINI_API_KEY in the environment the key becomes the secret's first version.
set -euo pipefail
# shellcheck source=scripts/deploy/settings.sh
source "$(dirname "$0")/settings.sh"

exists() { "$@" >/dev/null 2>&1; }

# An API that was just switched on, and an account that was just made, are not known everywhere for a minute or two.
# Sources: https://cloud.google.com/service-usage/docs/enable-disable, https://cloud.google.com/iam/docs/access-change-propagation
patiently() { # command…
  local try
  for try in 1 2 3 4 5 6 7 8; do
    if "$@" >/dev/null; then return 0; fi
    [ "$try" -eq 8 ] || { echo "— again after a pause ($try of 7)" >&2 && sleep "${PAUSE:-$((try * 5))}"; }
  done
  echo "failed: $*" >&2
  return 1
}
may() { # address role, on the project
  patiently gcloud projects add-iam-policy-binding "$PROJECT_ID" --quiet --condition=None \
    --member="serviceAccount:$1" --role="$2"
}
grant() { # account role, on the project
  may "$(account "$1")" "$2"
}
act_as() { # address, on an account
  patiently gcloud iam service-accounts add-iam-policy-binding "$(account "$2")" --project="$PROJECT_ID" --quiet \
    --member="serviceAccount:$1" --role=roles/iam.serviceAccountUser
}

echo '— APIs'
patiently gcloud services enable artifactregistry.googleapis.com cloudbuild.googleapis.com \
  cloudresourcemanager.googleapis.com cloudscheduler.googleapis.com cloudtasks.googleapis.com \
  firebase.googleapis.com firebasehosting.googleapis.com firebaserules.googleapis.com firestore.googleapis.com \
  iam.googleapis.com iamcredentials.googleapis.com run.googleapis.com secretmanager.googleapis.com \
  --project="$PROJECT_ID" --quiet
if [ "$_GEMINI_ACCESS" = vertex ]; then
  patiently gcloud services enable aiplatform.googleapis.com --project="$PROJECT_ID" --quiet
fi

echo '— accounts'
make_account() { # name
  exists gcloud iam service-accounts describe "$(account "$1")" --project="$PROJECT_ID" ||
    gcloud iam service-accounts create "tamil-$1" --project="$PROJECT_ID" --quiet
}
for name in submit worker operations invoker builder deployer; do
  patiently make_account "$name"
done

echo '— database, with seven days of its past and daily backups'
database=(--database="$_DATABASE" --project="$PROJECT_ID" --quiet)
make_database() {
  local found type place
  if ! found=$(gcloud firestore databases describe "${database[@]}" --format='value[separator=","](type,locationId)' 2>/dev/null); then
    gcloud firestore databases create "${database[@]}" \
      --location="$_REGION" --type=firestore-native --delete-protection --enable-pitr
    return
  fi
  IFS=, read -r type place <<<"$found"
  # What somebody made before cannot become another one.
  if [ "$type" != FIRESTORE_NATIVE ]; then
    echo "the database $_DATABASE is of type $type: name one that is not there yet, such as _DATABASE=tamil" >&2
    exit 1
  fi
  [ "$place" = "$_REGION" ] || echo "the database $_DATABASE is in $place, the rest in $_REGION: no database can be moved" >&2
  gcloud firestore databases update "${database[@]}" --delete-protection --enable-pitr
}
patiently make_database
make_schedule() {
  local schedules
  schedules=$(gcloud firestore backups schedules list "${database[@]}" --format='value(name)') || return
  [ -n "$schedules" ] || gcloud firestore backups schedules create "${database[@]}" \
    --recurrence=daily --retention="$_BACKUP_RETENTION"
}
patiently make_schedule

echo '— sources, images, secret'
# In the region, where an organization may want everything to be, and kept no longer than somebody may ask for them.
sources="gs://$(builds_bucket)"
make_sources() {
  exists gcloud storage buckets describe "$sources" ||
    gcloud storage buckets create "$sources" --project="$PROJECT_ID" --location="$_REGION" --quiet \
      --uniform-bucket-level-access --public-access-prevention
}
patiently make_sources
gcloud storage buckets update "$sources" --quiet --lifecycle-file="$(dirname "$0")/sources-lifecycle.json"
make_images() {
  exists gcloud artifacts repositories describe "$_REPOSITORY" --location="$_REGION" --project="$PROJECT_ID" ||
    gcloud artifacts repositories create "$_REPOSITORY" --location="$_REGION" --project="$PROJECT_ID" \
      --quiet --repository-format=docker
}
patiently make_images
gcloud artifacts repositories set-cleanup-policies "$_REPOSITORY" --location="$_REGION" --project="$PROJECT_ID" --quiet \
  --no-dry-run --policy="$(dirname "$0")/images-cleanup.json"
if [ "$_GEMINI_ACCESS" = key ]; then
  make_secret() {
    exists gcloud secrets describe "$_GEMINI_SECRET" --project="$PROJECT_ID" ||
      gcloud secrets create "$_GEMINI_SECRET" --project="$PROJECT_ID" --quiet \
        --replication-policy=user-managed --locations="$_REGION"
  }
  add_key() {
    exists gcloud secrets versions describe latest --secret="$_GEMINI_SECRET" --project="$PROJECT_ID" && return
    # Not in the pipe, which would go on and add an empty version.
    : "${GEMINI_API_KEY:?set GEMINI_API_KEY, or _GEMINI_ACCESS=vertex or none}"
    printf %s "$GEMINI_API_KEY" |
      gcloud secrets versions add "$_GEMINI_SECRET" --project="$PROJECT_ID" --quiet --data-file=-
  }
  patiently make_secret
  patiently add_key
fi

echo '— what the functions may do'
for name in submit worker operations; do
  grant "$name" roles/datastore.user
done
for name in submit worker; do
  # Creating a task that carries the invoker's token needs the right to act as the invoker.
  act_as "$(account "$name")" invoker
  case "$_GEMINI_ACCESS" in
    key)
      patiently gcloud secrets add-iam-policy-binding "$_GEMINI_SECRET" --project="$PROJECT_ID" --quiet \
        --member="serviceAccount:$(account "$name")" --role=roles/secretmanager.secretAccessor
      ;;
    vertex) grant "$name" roles/aiplatform.user ;;
  esac
done

# Cloud Tasks signs the invoker's tokens by an agent of its own, which may not exist before the first queue; one that was asked for
# gets its usual role from nobody.
# Sources: https://cloud.google.com/tasks/docs/creating-http-target-tasks#sa, https://cloud.google.com/iam/docs/create-service-agents
agent="service-$(project_number)@gcp-sa-cloudtasks.iam.gserviceaccount.com"
patiently gcloud beta services identity create --service=cloudtasks.googleapis.com --project="$PROJECT_ID" --quiet
may "$agent" roles/cloudtasks.serviceAgent
act_as "$agent" invoker

echo '— what builds and tests may do, and what deploys'
# The builder runs the code of a commit, so it may write an image and a log, and nothing else.
for name in builder deployer; do
  grant "$name" roles/logging.logWriter
  patiently gcloud storage buckets add-iam-policy-binding "$sources" --quiet \
    --member="serviceAccount:$(account "$name")" --role=roles/storage.objectViewer
done
image_role() {
  patiently gcloud artifacts repositories add-iam-policy-binding "$_REPOSITORY" --location="$_REGION" --project="$PROJECT_ID" \
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
  act_as "$(account deployer)" "$name"
done

bash "$(dirname "$0")/firebase-project.sh"
echo "done: https://$_HOSTING_SITE.web.app will answer after the first deployment"
