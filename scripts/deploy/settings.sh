# The settings of this deployment, sourced by the scripts beside this file: settings.env, and what follows from it.
# shellcheck shell=bash disable=SC2034,SC2154

: "${PROJECT_ID:?set PROJECT_ID to the Google Cloud project}"

settings=$(dirname "${BASH_SOURCE[0]}")/settings.env
while IFS='=' read -r name value; do
  case "$name" in '' | '#'*) continue ;; esac
  # shellcheck disable=SC2016
  [ -n "${!name:-}" ] || printf -v "$name" '%s' "${value//'${PROJECT_ID}'/$PROJECT_ID}"
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

account() { echo "tamil-$1@$PROJECT_ID.iam.gserviceaccount.com"; }

# The address that Cloud Run derives from name and project, so it is known before the first deployment.
worker_url() {
  local number="${PROJECT_NUMBER:-}"
  # In a substitution bash does not stop at what fails.
  [ -n "$number" ] || number=$(gcloud projects describe "$PROJECT_ID" --format='value(projectNumber)') || return
  echo "https://$_WORKER_SERVICE-$number.$_REGION.run.app"
}
