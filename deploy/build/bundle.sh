#!/bin/sh
# Makes one directory that runs without Deno, npm or a network: the worker in a
# few files, Deno itself, and a launcher `quay-builder`.
#   bundle.sh [directory]   default: bin/bundle
# COMMIT names the commit where there is no git to ask, see stage.sh.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
target=${1:-$root/bin/bundle}
deno=${DENO:-$root/.cache/bin/deno}

mkdir -p "$(dirname "$target")"
target=$(cd "$(dirname "$target")" && pwd)/$(basename "$target")
new=$(mktemp -d "$target.XXXXXX")
stage=$("$root/deploy/build/stage.sh")
trap 'rm -rf "$new" "$stage"' EXIT
chmod 755 "$new"

# What only some builds need (dax) stays in files of its own, which the start
# of the worker does not wait for.
cd "$stage"
"$deno" bundle --quiet --frozen-lockfile --platform deno --code-splitting \
  --outdir "$new/worker" main.ts
cp "$(readlink -f "$deno")" "$new/deno"
"$deno" run --no-prompt --frozen-lockfile deploy/build/launcher.ts >"$new/quay-builder"
chmod 755 "$new/quay-builder"

rm -rf "$target"
mv "$new" "$target"

deploy/build/first_start.sh "$target"
echo "bundle: $target/quay-builder" >&2
