#!/bin/sh
# Sends a text and shows the three ways to its result: ask, wait, stream.
set -eu
api=${GOTAMIL_API:-http://localhost:8080}
text='அந்த பையன் ஒரு ஆடு வாங்கினான்.'

# The value of a string field of the JSON on standard input, where it occurs first.
field() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

# A service that `npm start` runs gives out tokens. Elsewhere TOKEN is one of your identity provider.
token=${TOKEN:-$(curl -sf "$api/dev/token" -H 'Content-Type: application/json' -d '{"tenant_id":"demo"}' | field token)}
call() { curl -s -H "Authorization: Bearer $token" "$@"; }

# `Prefer: respond-async` makes even a short text an operation. A request that is sent again with its key and body makes no second one.
submit() {
  call "$api/v1/proofread" -H 'Content-Type: application/json' -H 'Prefer: respond-async' \
    -H "Idempotency-Key: example-$$-$1" -d "{\"text\":\"$text\"}" | field operation_id
}

echo '== Ask until it has ended, after as many seconds as Retry-After says'
id=$(submit ask)
while [ -n "$id" ]; do
  answer=$(call -i "$api/v1/operations/$id" | tr -d '\r')
  status=$(printf '%s' "$answer" | field status)
  echo "$id $status"
  case $status in succeeded | failed | cancelled) break ;; esac
  sleep "$(printf '%s' "$answer" | sed -n 's/^[Rr]etry-[Aa]fter: //p')"
done

echo '== Wait: the service holds its answer for up to 20 s'
id=$(submit wait)
call "$api/v1/operations/$id" -H 'Prefer: wait=20'
echo

echo '== Stream: an event for each new state'
id=$(submit stream)
call --no-buffer --max-time 60 "$api/v1/operations/$id" -H 'Accept: text/event-stream'
