#!/bin/sh
# Lints what Debian has tools for: scripts, that of a bundle included
# (shellcheck), and the unit (systemd-analyze).
set -eu

cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"${DENO:-.cache/bin/deno}" run --quiet --no-prompt --frozen deploy/build/launcher.ts \
  >"$scratch/launcher"
find deploy -name '*.sh' -exec shellcheck .ci/run "$scratch/launcher" {} +

# It looks for the program where it is going to be installed. Without the
# option, mistakes are told and forgiven.
sed 's|^ExecStart=.*|ExecStart=/bin/true|' deploy/systemd/quay-builder.service \
  >"$scratch/quay-builder.service"
systemd-analyze verify --man=no --recursive-errors=no "$scratch/quay-builder.service"
