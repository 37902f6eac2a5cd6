#!/usr/bin/env bash
# Asks the built proxy what /openapi.json describes, rightly and wrongly, some nine hundred times, and checks
# that no answer is a 5xx and that each is as described. Installs Schemathesis, in exact versions, into a
# cache of the user. Needs Python 3 with venv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly REQUIREMENTS=test/api/requirements.txt
CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/llm-proxy-api-check/$(cksum <"$REQUIREMENTS" | tr ' ' -)"
readonly CACHE

if [[ ! -e "$CACHE/complete" ]]; then
  printf 'installing into %s\n' "$CACHE" >&2
  python3 -m venv --clear "$CACHE"
  "$CACHE/bin/pip" install --quiet --disable-pip-version-check --requirement "$REQUIREMENTS"
  touch "$CACHE/complete"
fi

# Its first line says where it listens.
exec {lines}< <(CONFIG_PATH=test/api/proxy.yaml HOST=127.0.0.1 PORT=0 exec node dist/main.js)
proxy=$!
trap 'kill "$proxy" 2>/dev/null || true' EXIT
read -r first <&"$lines"
cat <&"$lines" >/dev/null &
address="$(node -p 'JSON.parse(process.argv[1]).address' "$first")"

# It leaves files of its own where it runs.
config="$PWD/test/api/schemathesis.toml"
cd "$CACHE"
bin/schemathesis --config-file "$config" run "$address/openapi.json" \
  --header 'Authorization: Bearer key-of-the-check' --phases examples,coverage,fuzzing \
  --max-examples 20 --continue-on-failure --generation-database none --no-color "$@"
