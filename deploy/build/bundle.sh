#!/bin/sh
# Makes one directory that runs without Deno, npm or a network: the worker in a
# few files, Deno itself, a launcher `quay-builder`, and a list of all that is
# in it, `sbom.cdx.json`.
#   bundle.sh [directory]   default: bin/bundle
# COMMIT names the commit where there is no git to ask, see stage.sh.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
target=${1:-$root/bin/bundle}
deno=${DENO:-$root/.cache/bin/deno}

mkdir -p "$(dirname "$target")"
target=$(cd "$(dirname "$target")" && pwd)/$(basename "$target")
stage=''
new=$(mktemp -d "$target.XXXXXX")
trap 'rm -rf "$new" "$stage"' EXIT
stage=$("$root/deploy/build/stage.sh")
chmod 755 "$new"

DENO=$deno "$root/deploy/build/worker.sh" "$stage" "$new/worker"
cd "$stage"
cp "$(readlink -f "$deno")" "$new/deno"
"$deno" run --no-prompt --frozen-lockfile deploy/build/launcher.ts >"$new/quay-builder"
chmod 755 "$new/quay-builder"
"$root/deploy/build/sbom.sh" "$stage" >"$new/sbom.cdx.json"

rm -rf "$target"
mv "$new" "$target"

deploy/build/first_start.sh "$target"
echo "bundle: $target/quay-builder" >&2
