#!/usr/bin/env bash
# Checks what surrounds the program: the licences of its libraries, the SBOM against its schema, the
# workflows and the configuration of Renovate. Installs its tools, in exact versions, into a cache of the
# user. Needs Go and Python 3 with venv; asks nothing of the network once the tools are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly ACTIONLINT=github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
readonly TOOLS=supply-chain/requirements.txt

version="$({ printf '%s\n' "$ACTIONLINT"; cat "$TOOLS"; } | cksum | tr ' ' -)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/llm-proxy-supply-chain"
bin="$cache/$version/bin"
if [[ ! -e "$cache/$version/complete" ]]; then
  printf 'installing into %s\n' "$cache/$version" >&2
  python3 -m venv --clear "$cache/$version"
  "$bin/pip" install --quiet --disable-pip-version-check --requirement "$TOOLS"
  GOBIN="$bin" go install "$ACTIONLINT"
  touch "$cache/$version/complete"
fi

npm run --silent licences
npm run --silent sbom
"$bin/python" supply-chain/validate-sbom.py dist/sbom.cdx.json
"$bin/actionlint"
"$bin/zizmor" --offline --quiet --no-progress .github
"$bin/check-jsonschema" --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
"$bin/check-jsonschema" --quiet --builtin-schema vendor.renovate .github/renovate.json
printf 'the supply chain is in order\n'
