#!/bin/sh
# Copies what the worker is made of into a new directory, with the commit it is
# made from inside, and prints the directory's name.
#   stage.sh
# COMMIT names the commit where there is no git to ask. TMPDIR is where the
# directory goes; whoever asked for it removes it.
set -eu

cd "$(dirname "$0")/../.."
commit=${COMMIT:-$(git rev-parse HEAD 2>/dev/null || echo unknown)}
case $commit in
  "" | *[!0-9a-z]*)
    echo "stage: COMMIT must be a commit's ID, is \"$commit\"" >&2
    exit 2
    ;;
esac

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -R --parents deno.json deno.lock main.ts lib deploy/build "$stage"
chmod -R u+w "$stage"
sed -i "s/^\(export const COMMIT = \)\"unknown\";/\1\"$commit\";/" "$stage/lib/version.ts"
grep -q "COMMIT = \"$commit\"" "$stage/lib/version.ts"
echo "$stage"
trap - EXIT
