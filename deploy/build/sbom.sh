#!/bin/sh
# Prints the list of what the worker consists of, in CycloneDX's JSON: Deno, and
# the packages that main.ts reaches.
#   sbom.sh [directory]   of the worker's files; default: a copy with its commit
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
deno=${DENO:-$root/.cache/bin/deno}
stage=${1:-}
if [ -z "$stage" ]; then
  stage=$("$root/deploy/build/stage.sh")
  trap 'rm -rf "$stage"' EXIT
fi

cd "$stage"
graph=$("$deno" info --quiet --json main.ts)
printf '%s' "$graph" |
  "$deno" run --quiet --no-prompt --frozen-lockfile --allow-read \
    deploy/build/sbom.ts "$root/deploy/dev/deno/package-lock.json"
