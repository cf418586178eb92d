#!/usr/bin/env bash
# Deploys one function beside the one that serves: function.sh worker|submit|operations
# The new revision gets the tag `candidate` and no traffic: candidate.sh asks it, release.sh gives it the traffic.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/deploy/settings.sh
source scripts/deploy/settings.sh

target="${1:?worker, submit or operations}"
case "$_IMAGE" in
  *@sha256:*) ;;
  *) echo "_IMAGE must name an image by its digest (…@sha256:…), not '$_IMAGE'" >&2 && exit 2 ;;
esac

# ';' separates, because a list of models has commas.
env="FUNCTION_TARGET=$target;GOOGLE_CLOUD_PROJECT=$PROJECT_ID;FIRESTORE_DATABASE=$_DATABASE"
env+=";OIDC_ISSUER=$_OIDC_ISSUER;OIDC_AUDIENCE=$_OIDC_AUDIENCE;OIDC_JWKS_URI=$_OIDC_JWKS_URI"
env+=";OIDC_TENANT_CLAIM=$_OIDC_TENANT_CLAIM"
secrets=(--clear-secrets)

if [ "$target" != operations ]; then
  env+=";TASKS_LOCATION=$_REGION;TASKS_QUEUE=$_QUEUE;TASKS_SERVICE_ACCOUNT=$(account invoker);WORKER_URL=$(worker_url)"
  env+=";WORKER_ATTEMPT_TIMEOUT_MS=$_WORKER_ATTEMPT_TIMEOUT_MS;WORKER_MAX_ATTEMPTS=$_WORKER_MAX_ATTEMPTS"
  case "$_GEMINI_ACCESS" in
    key)
      env+=";PROVIDER=gemini;GEMINI_MODELS=$_GEMINI_MODELS"
      secrets=("--set-secrets=GEMINI_API_KEY=$_GEMINI_SECRET:$_GEMINI_SECRET_VERSION")
      ;;
    vertex)
      env+=";PROVIDER=gemini;GEMINI_MODELS=$_GEMINI_MODELS"
      env+=";GOOGLE_GENAI_USE_VERTEXAI=true;GOOGLE_CLOUD_LOCATION=$_VERTEX_LOCATION"
      ;;
    none) env+=";PROVIDER=rules" ;;
    *) echo "_GEMINI_ACCESS must be key, vertex or none, not '$_GEMINI_ACCESS'" >&2 && exit 2 ;;
  esac
fi
[ -z "$_MORE_ENV" ] || env+=";$_MORE_ENV"

# The value of the setting of this function whose name ends so: `setting INGRESS` in submit is SUBMIT_INGRESS.
setting() {
  local name
  name="${2:-}$(tr '[:lower:]' '[:upper:]' <<<"$target")_$1"
  echo "${!name}"
}
service=$(service "$target")
# Hosting gives up after 60 s. A minute above the attempt, so that the attempt ends itself and its verdict is stored.
timeout=60
if [ "$target" = worker ]; then timeout=$((_WORKER_ATTEMPT_TIMEOUT_MS / 1000 + 60)); fi
case "$(setting INVOKER_IAM_CHECK)" in off) check=--no-invoker-iam-check ;; *) check=--invoker-iam-check ;; esac

# A service that serves nothing yet cannot keep traffic from its first revision. The list, unlike the description of one, tells what is
# not there from what could not be looked up, after which an unasked revision would serve.
traffic=()
services=$(gcloud run services list --project="$PROJECT_ID" --region="$_REGION" \
  --format='csv[no-heading](metadata.name,status.latestReadyRevisionName)')
if grep --quiet "^$service,." <<<"$services"; then traffic=(--no-traffic); fi

gcloud run deploy "$service" \
  --project="$PROJECT_ID" --region="$_REGION" --quiet \
  --image="$_IMAGE" --tag=candidate ${traffic[@]+"${traffic[@]}"} ${revision_suffix:+"--revision-suffix=$revision_suffix"} \
  --service-account="$(account "$target")" \
  --execution-environment=gen2 --cpu=1 --memory=1Gi --cpu-throttling --cpu-boost \
  "$check" --ingress="$(setting INGRESS)" --timeout="$timeout" --concurrency="$(setting CONCURRENCY _)" \
  --min-instances="$(setting MIN_INSTANCES _)" --max-instances="$(setting MAX_INSTANCES _)" \
  --set-env-vars="^;^$env" "${secrets[@]}"
