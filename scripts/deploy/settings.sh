# Names and sizes of a deployment, sourced by the scripts beside it. Each is overridden from the environment;
# cloudbuild.yaml passes its substitutions, whose defaults are these.
# shellcheck shell=bash disable=SC2034

: "${PROJECT_ID:?set PROJECT_ID to the Google Cloud project}"

# One region for everything: functions, queue, schedule and database, so that no request pays for distance twice.
: "${_REGION:=asia-south1}"
: "${_DATABASE:=(default)}"
: "${_QUEUE:=operations}"
: "${_SWEEP_JOB:=sweep-operations}"
: "${_HOSTING_SITE:=$PROJECT_ID}"

: "${_SUBMIT_SERVICE:=submit}"
: "${_WORKER_SERVICE:=worker}"
: "${_OPERATIONS_SERVICE:=operations}"

: "${_OIDC_ISSUER:=https://securetoken.google.com/$PROJECT_ID}"
: "${_OIDC_AUDIENCE:=$PROJECT_ID}"
: "${_OIDC_JWKS_URI:=https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com}"
: "${_OIDC_TENANT_CLAIM:=tenant_id}"

# key: a Gemini API key from Secret Manager; vertex: Vertex AI with the function's own account; none: offline rules.
: "${_GEMINI_ACCESS:=key}"
: "${_GEMINI_SECRET:=gemini-api-key}"
: "${_GEMINI_MODELS:=gemini-3.8-flash,gemini-3.5-flash-lite}"
: "${_VERTEX_LOCATION:=global}"

: "${_WORKER_ATTEMPT_TIMEOUT_MS:=240000}"
: "${_WORKER_MAX_ATTEMPTS:=5}"

: "${_SUBMIT_CONCURRENCY:=40}"
: "${_SUBMIT_MIN_INSTANCES:=0}"
: "${_SUBMIT_MAX_INSTANCES:=20}"
: "${_WORKER_CONCURRENCY:=20}"
: "${_WORKER_MIN_INSTANCES:=0}"
: "${_WORKER_MAX_INSTANCES:=10}"
: "${_OPERATIONS_CONCURRENCY:=80}"
: "${_OPERATIONS_MIN_INSTANCES:=0}"
: "${_OPERATIONS_MAX_INSTANCES:=20}"
: "${_QUEUE_DISPATCHES_PER_SECOND:=100}"

# Further variables for all three functions, for settings that have no name above: NAME=value;NAME=value
: "${_MORE_ENV:=}"

account() { echo "tamil-$1@$PROJECT_ID.iam.gserviceaccount.com"; }

# The address that Cloud Run derives from name and project, so it is known before the first deployment.
worker_url() {
  local number="${PROJECT_NUMBER:-}"
  # In a substitution bash does not stop at what fails.
  [ -n "$number" ] || number=$(gcloud projects describe "$PROJECT_ID" --format='value(projectNumber)') || return
  echo "https://$_WORKER_SERVICE-$number.$_REGION.run.app"
}
