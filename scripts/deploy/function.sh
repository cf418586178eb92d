#!/usr/bin/env bash
# Deploys one function from dist/: function.sh worker|submit|operations
# The worker comes first: what submit enqueues, and every record it writes, a worker of the same build must understand.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=scripts/deploy/settings.sh
source scripts/deploy/settings.sh

target="${1:?worker, submit or operations}"

# ';' separates, because a list of models has commas.
env="GOOGLE_CLOUD_PROJECT=$PROJECT_ID;FIRESTORE_DATABASE=$_DATABASE"
env+=";OIDC_ISSUER=$_OIDC_ISSUER;OIDC_AUDIENCE=$_OIDC_AUDIENCE;OIDC_JWKS_URI=$_OIDC_JWKS_URI"
env+=";OIDC_TENANT_CLAIM=$_OIDC_TENANT_CLAIM"
secrets=(--clear-secrets)

if [ "$target" != operations ]; then
  env+=";TASKS_LOCATION=$_REGION;TASKS_QUEUE=$_QUEUE;TASKS_SERVICE_ACCOUNT=$(account invoker);WORKER_URL=$(worker_url)"
  env+=";WORKER_ATTEMPT_TIMEOUT_MS=$_WORKER_ATTEMPT_TIMEOUT_MS;WORKER_MAX_ATTEMPTS=$_WORKER_MAX_ATTEMPTS"
  case "$_GEMINI_ACCESS" in
    key)
      env+=";PROVIDER=gemini;GEMINI_MODELS=$_GEMINI_MODELS"
      secrets=("--set-secrets=GEMINI_API_KEY=$_GEMINI_SECRET:latest")
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
case "$target" in
  # A minute above the attempt, so that the attempt ends itself and its verdict is stored.
  worker) service="$_WORKER_SERVICE" timeout=$((_WORKER_ATTEMPT_TIMEOUT_MS / 1000 + 60)) ;;
  # Hosting gives up after 60 s.
  submit) service="$_SUBMIT_SERVICE" timeout=60 ;;
  operations) service="$_OPERATIONS_SERVICE" timeout=60 ;;
  *) echo "no such function: $target" >&2 && exit 2 ;;
esac
case "$(setting INVOKER_IAM_CHECK)" in off) check=--no-invoker-iam-check ;; *) check=--invoker-iam-check ;; esac

gcloud run deploy "$service" \
  --project="$PROJECT_ID" --region="$_REGION" --quiet \
  --source=dist --function="$target" --base-image=nodejs24 \
  --build-service-account="projects/$PROJECT_ID/serviceAccounts/$(account builder)" \
  --service-account="$(account "$target")" \
  --execution-environment=gen2 --cpu=1 --memory=512Mi --cpu-boost \
  "$check" --ingress="$(setting INGRESS)" --timeout="$timeout" --concurrency="$(setting CONCURRENCY _)" \
  --min-instances="$(setting MIN_INSTANCES _)" --max-instances="$(setting MAX_INSTANCES _)" \
  --set-env-vars="^;^$env" "${secrets[@]}"
