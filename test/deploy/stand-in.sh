#!/usr/bin/env bash
# Stands in for gcloud, curl, docker and firebase: writes down what it was called with, and remembers what was created.
set -euo pipefail
name=${0##*/}
printf '%s\0' "$name" "$@" >>"$STAND_IN/calls"
printf '\n\0' >>"$STAND_IN/calls"

# What begins with one of the lines of $REFUSED is refused the first time, by default as by an API that was just switched on.
while read -r refused; do
  mark="$STAND_IN/refused-${refused//[^a-z0-9-]/_}"
  if [ -n "$refused" ] && [[ "$name $*" == "$refused"* ]] && [ ! -e "$mark" ]; then
    touch "$mark"
    echo "${REFUSAL:-SERVICE_DISABLED}: $name $*" >&2
    exit 1
  fi
done <<<"${REFUSED:-}"

known() { [ -e "$STAND_IN/made-${1//[^a-z0-9-]/_}" ]; }
# The first argument has a line for each look, the last for all that follow.
look() {
  echo >>"$STAND_IN/looks"
  head -n "$(wc -l <"$STAND_IN/looks")" <<<"$1" | tail -n 1
}
make() { touch "$STAND_IN/made-${1//[^a-z0-9-]/_}"; }

case "$name $*" in
  'gcloud projects describe '*) [ -z "${NO_PROJECT:-}" ] && echo 123456789012 ;;
  'gcloud auth print-access-token'*) echo token ;;
  'gcloud scheduler jobs describe '*lastAttemptTime*) look "${ATTEMPTS:-}" ;;
  'gcloud firestore indexes composite list '*) look "${STATES:-}" | tr , '\n' ;;
  'gcloud firestore backups schedules list '*) if known 'backups'; then echo a-schedule; fi ;;
  'gcloud firestore backups schedules create '*) make backups ;;
  # No service is there yet, or with $NO_RUN nobody can say.
  'gcloud run services list '*) [ -z "${NO_RUN:-}" ] ;;
  'gcloud beta services identity create '*) make agent ;;
  gcloud*add-iam-policy-binding*@gcp-sa-*) known agent ;;
  'gcloud secrets versions add '*) cat >/dev/null && make 'secret version' ;;
  'gcloud secrets versions describe '*) known 'secret version' ;;
  gcloud*)
    thing=
    verb=
    for word in "$@"; do
      case "$word" in
        create | describe | update) [ -n "$verb" ] || verb="$word" ;;
        --database=*) thing+=" ${word#*=}" ;;
        http | --*) ;;
        *) thing+=" ${word%%@*}" ;;
      esac
    done
    case "$verb" in
      create) if known "$thing"; then exit 1; else make "$thing"; fi ;;
      describe | update) known "$thing" && case "$*" in *'(type,locationId)'*) echo "${DATABASE:-FIRESTORE_NATIVE,asia-south1}" ;; esac ;;
    esac
    ;;
  'docker create '*) echo a-container ;;
  curl*addFirebase*) make firebase && printf 200 ;;
  curl*identityPlatform:initializeAuth*) make authentication && printf 200 ;;
  curl*/v2/projects/*/config*) if known authentication; then printf 200; else printf 404; fi ;;
  curl*/sites*)
    output=/dev/null
    previous=
    for word in "$@"; do
      if [ "$previous" = --output ]; then output="$word"; fi
      previous="$word"
    done
    # $SITES=none: Google makes no default site by this call; late: it lists it at the third look.
    case "$*" in
      *siteId=taken*) echo '{"error":{"message":"Invalid name: `taken` is reserved by another project"}}' >"$output" && printf 400 && exit ;;
      *siteId=*) [ "${SITES:-}" = none ] || make site ;;
      *) [ "${SITES:-}" != late ] || echo >>"$STAND_IN/listings" ;;
    esac
    if known site && { [ "${SITES:-}" != late ] || [ "$(wc -l <"$STAND_IN/listings")" -gt 3 ]; }; then
      echo '{"sites":[{"name":"projects/demo-project/sites/demo-project","type":"DEFAULT_SITE"}]}' >"$output"
    else
      echo '{}' >"$output"
    fi
    printf 200
    ;;
  curl*/projects/*) if known firebase; then printf 200; else printf 404; fi ;;
  firebase*)
    for word in "$@"; do
      case "$word" in --config=*) cp "${word#*=}" "$STAND_IN/firebase.json" ;; esac
    done
    ;;
esac
