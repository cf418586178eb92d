#!/usr/bin/env bash
# Stands in for gcloud, curl, docker and firebase: writes down what it was called with, and remembers what was created.
set -euo pipefail
name=${0##*/}
printf '%s\0' "$name" "$@" >>"$STAND_IN/calls"
printf '\n\0' >>"$STAND_IN/calls"

known() { [ -e "$STAND_IN/made-${1//[^a-z0-9-]/_}" ]; }
make() { touch "$STAND_IN/made-${1//[^a-z0-9-]/_}"; }

case "$name $*" in
  'gcloud projects describe '*) [ -z "${NO_PROJECT:-}" ] && echo 123456789012 ;;
  'gcloud auth print-access-token'*) echo token ;;
  'gcloud scheduler jobs describe '*lastAttemptTime*)
    # $ATTEMPTS has a line for each look, the last for all that follow.
    echo >>"$STAND_IN/looks"
    head -n "$(wc -l <"$STAND_IN/looks")" <<<"${ATTEMPTS:-}" | tail -n 1
    ;;
  'gcloud firestore backups schedules list '*) if known 'backups'; then echo a-schedule; fi ;;
  'gcloud firestore backups schedules create '*) make backups ;;
  'gcloud run services describe '*) exit 1 ;;
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
      describe | update) known "$thing" ;;
    esac
    ;;
  curl*addFirebase*) make firebase && printf 200 ;;
  curl*identityPlatform:initializeAuth*) make authentication && printf 200 ;;
  curl*/v2/projects/*/config*) if known authentication; then printf 200; else printf 404; fi ;;
  curl*'/sites?siteId='*)
    # $SITES=none: Google makes no default site by this call.
    [ -n "${SITES:-}" ] || make site
    printf 200
    ;;
  curl*/sites*)
    output=/dev/null
    previous=
    for word in "$@"; do
      if [ "$previous" = --output ]; then output="$word"; fi
      previous="$word"
    done
    if known site; then
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
