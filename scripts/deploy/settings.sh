# The settings of this deployment, sourced by the scripts beside this file: settings.env, and what follows from it.
# shellcheck shell=bash disable=SC2034,SC2154

: "${PROJECT_ID:?set PROJECT_ID to the Google Cloud project}"

settings=$(dirname "${BASH_SOURCE[0]}")/settings.env
while IFS='=' read -r name value; do
  case "$name" in '' | '#'*) continue ;; esac
  # shellcheck disable=SC2016
  value="${value//'${PROJECT_ID}'/$PROJECT_ID}"
  # shellcheck disable=SC2016
  value="${value//'${_REGION}'/${_REGION:-}}"
  [ -n "${!name:-}" ] || printf -v "$name" '%s' "$value"
done <"$settings"

# Cloud Build takes any substitution, so a misspelt one would be a setting that nobody reads.
unknown=$(env | sed -n 's/^\(_[A-Z][A-Z0-9_]*\)=.*/\1/p' | while read -r name; do
  case "$name" in _HEAD_* | _BASE_BRANCH | _PR_NUMBER) ;; *) grep --quiet "^$name=" "$settings" || echo "$name" ;; esac
done)
if [ -n "$unknown" ]; then
  echo "no such setting in scripts/deploy/settings.env:" $unknown >&2
  # In somebody's own shell it may be meant for another program.
  [ -z "${BUILD_ID:-}" ] || exit 2
fi

# Where `gcloud builds submit` puts the source.
builds_bucket() { echo "$PROJECT_ID-tamil-builds"; }

account() { echo "tamil-$1@$PROJECT_ID.iam.gserviceaccount.com"; }

service() { # submit, worker or operations
  case "$1" in
    submit) echo "$_SUBMIT_SERVICE" ;;
    worker) echo "$_WORKER_SERVICE" ;;
    operations) echo "$_OPERATIONS_SERVICE" ;;
    *) echo "no such function: $1" >&2 && return 2 ;;
  esac
}

project_number() {
  if [ -n "${PROJECT_NUMBER:-}" ]; then echo "$PROJECT_NUMBER"; else
    gcloud projects describe "$PROJECT_ID" --format='value(projectNumber)'
  fi
}

# Whether a revision was made by this build: another one that runs meanwhile puts the tag on its own. By hand nobody knows.
revision_suffix="${BUILD_ID:+d${BUILD_ID%%-*}}"
is_own() { [[ -z "$revision_suffix" || "$1" == *-"$revision_suffix" ]]; }

# The traffic of the three services, a line for each target: service,ready,image,revision,percent,tag,url
traffic() {
  gcloud run services list --project="$PROJECT_ID" --region="$_REGION" --flatten='status.traffic[]' \
    --format='csv[no-heading](metadata.name,status.latestReadyRevisionName,spec.template.spec.containers[0].image,status.traffic.revisionName,status.traffic.percent,status.traffic.tag,status.traffic.url)'
}

# The address that Cloud Run derives from name and project, so it is known before the first deployment; with a tag, that of the
# revision which has it. Source: https://cloud.google.com/run/docs/triggering/https-request#deterministic
worker_url() { # [tag]
  local number
  # In a substitution bash does not stop at what fails.
  number=$(project_number) || return
  echo "https://${1:+$1---}$_WORKER_SERVICE-$number.$_REGION.run.app"
}
