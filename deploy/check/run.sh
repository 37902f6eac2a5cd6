#!/usr/bin/env bash
# Renders and checks the chart and the manifests: installs the tools, in exact versions, into a cache
# of the user (a fresh clone, and `npm ci`, leave it alone), and runs the tests that need them.
# Needs Go 1.26 or later and Python 3 with venv.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly HELM=helm.sh/helm/v4/cmd/helm@v4.3.1
readonly KUSTOMIZE=sigs.k8s.io/kustomize/kustomize/v5@v5.8.1
readonly VALIDATE=kubernetes-validate==1.37.0
readonly CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/llm-proxy-deploy-check"

for tool in go python3; do
  command -v "$tool" >/dev/null || { printf 'check:deploy needs %s\n' "$tool" >&2; exit 1; }
done

# once NAME VERSION COMMAND…: a version that is there is not installed again. It is built elsewhere and
# moved into place whole, so that a build that was cut off is never taken for a tool.
once() {
  local place="$CACHE/$1-${2//[^A-Za-z0-9.]/_}" building
  shift 2
  if [[ ! -e "$place" ]]; then
    printf 'installing into %s\n' "$place" >&2
    mkdir -p "$CACHE"
    building="$(mktemp -d "$CACHE/building.XXXXXX")"
    if ! "$@" "$building" >&2; then
      rm -rf "$building"
      return 1
    fi
    mv -T "$building" "$place" 2>/dev/null || rm -rf "$building"
  fi
  printf '%s\n' "$place"
}

install_go() { GOBIN="$2" go install "$1"; }
install_own() { go build -C deploy/check/custom-resources -trimpath -o "$1/" .; }
install_python() {
  python3 -m venv "$2"
  "$2/bin/pip" install --quiet --disable-pip-version-check "$1"
  # Not the script that pip makes: that one names the folder it was made in.
  printf '#!/bin/sh\nexec "${0%%/*}/bin/python" -m kubernetes_validate "$@"\n' >"$2/kubernetes-validate"
  chmod +x "$2/kubernetes-validate"
}

helm="$(once helm "$HELM" install_go "$HELM")"
kustomize="$(once kustomize "$KUSTOMIZE" install_go "$KUSTOMIZE")"
own_version="$(cat deploy/check/custom-resources/{main.go,go.mod,go.sum} | cksum)"
own="$(once custom-resources "$own_version" install_own)"
validate="$(once kubernetes-validate "$VALIDATE" install_python "$VALIDATE")"

export PATH="$helm:$kustomize:$own:$validate:$PATH"
exec npm test -- --runInBand "$@" --testMatch '<rootDir>/test/deploy/**/*.deploy-spec.ts'
