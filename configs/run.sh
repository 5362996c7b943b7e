#!/usr/bin/env bash
# The main job on a bare machine: installs, builds, serves, sends a message through the welcome
# flow and shows its trace. `--once` ends after the trace. Settable: MILLRACE_DATA_DIR,
# MILLRACE_LISTEN, BUILD_DIR.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
build=${BUILD_DIR:-$root/build/release}
millrace=$build/millrace
export MILLRACE_DATA_DIR=${MILLRACE_DATA_DIR:-$root/data}
export MILLRACE_LISTEN=${MILLRACE_LISTEN:-127.0.0.1:8080}
export MILLRACE_CHANNELS_FALLBACK=${MILLRACE_CHANNELS_FALLBACK:-console}
workspace=demo
once=false
case ${1:-} in
  --once) once=true ;;
  '') ;;
  *) echo "usage: bash configs/run.sh [--once]" >&2; exit 2 ;;
esac
. "$here/packages.sh"

server=
output=$(mktemp)
stop_server() {
  if [ -n "$server" ] && kill -TERM "$server" 2>/dev/null; then
    wait "$server" || true
  fi
  rm -f "$output"
}
trap stop_server EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

build_release() {
  [ -f "$build/build.ninja" ] ||
    cmake -S "$root" -B "$build" -G Ninja -C "$here/build/release.cmake" >/dev/null
  ninja -C "$build" millrace
}

start_server() {
  "$millrace" serve >"$output" 2>>"$MILLRACE_DATA_DIR/millrace.log" &
  server=$!
  until grep -q '^listening on ' "$output"; do
    if ! kill -0 "$server" 2>/dev/null; then
      echo "the server did not start; its last lines, from $MILLRACE_DATA_DIR/millrace.log:" >&2
      tail -n 5 "$MILLRACE_DATA_DIR/millrace.log" >&2
      server=
      exit 1
    fi
    sleep 0.05
  done
  url=$(sed -n 's/^listening on //p' "$output")
}

# call METHOD PATH [BODY]: prints the answer; anything but a 2xx ends the script with that answer.
call() {
  local answer status
  answer=$(curl -sS -X "$1" "$url$2" -H "X-API-Key: $key" -H 'Content-Type: application/json' \
    -w '\n%{http_code}' ${3:+--data-binary "$3"})
  status=${answer##*$'\n'}
  answer=${answer%$'\n'*}
  case $status in
    2*) printf '%s\n' "$answer" ;;
    *) echo "$1 $2 answered $status: $answer" >&2; return 1 ;;
  esac
}

# field EXPRESSION: evaluates it over the JSON on standard input, named `answer`.
field() { python3 -c "import json, sys; answer = json.load(sys.stdin); print($1)"; }

install_samples() {
  local file flow
  for file in "$here"/samples/*.json; do
    flow=$(call POST /v1/flows "@$file" | field "answer['data']['id']")
    call POST "/v1/flows/$flow/publish" '{}' >/dev/null
    echo "installed $(basename "$file" .json) as $flow"
  done
}

contact='{"id":"ada","phone":"+14155550100","name":"Ada"}'
message='{"channel":"whatsapp","message":{"id":"'$(date +%s%N)'","text":"Hello there"},'
message+='"contact":'$contact'}'
question='{"channel":"whatsapp","message":{"text":"Can you help me?"},"contact":'$contact'}'
fire_and_show() {
  local run trace
  run=$(call POST /v1/messages/inbound "$message" | field "answer['data']['execution_ids'][0]")
  until trace=$(call GET "/v1/flows/executions/$run") &&
    [ "$(field "answer['data']['status']" <<<"$trace")" != running ]; do
    sleep 0.05
  done
  python3 "$here/trace.py" <<<"$trace"
}

install_packages build
build_release
mkdir -p "$MILLRACE_DATA_DIR"
start_server
if [ -z "$("$millrace" key list)" ]; then
  key=$("$millrace" key create --workspace "$workspace" --dialect orbit)
  install_samples
  shown="API key, shown this once: $key"
  hint=$key
else
  key=$("$millrace" key create --workspace "$workspace" --dialect orbit)
  passing=$("$millrace" key list | awk -v tail="${key: -4}" '$3 ~ tail "$" { print $1 }')
  shown="API key: shown at the first start; for another: $millrace key create \
--data-dir $MILLRACE_DATA_DIR --workspace $workspace --dialect orbit"
  hint='$KEY'
fi
fire_and_show
[ -z "${passing:-}" ] || "$millrace" key revoke "$passing" >/dev/null
echo
echo "URL: $url"
echo "$shown"
echo "Fire the next one: curl -sS $url/v1/messages/inbound -H \"X-API-Key: $hint\"" \
  "-H 'Content-Type: application/json' -d '$question'"
if $once; then
  exit 0
fi
echo "serving; end with Ctrl-C"
wait "$server"
