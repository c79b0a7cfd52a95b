#!/bin/sh
# Compiles bin/quay-builder: one file, with its permissions and its commit
# inside. Deno puts the worker behind a base binary (denort), which it downloads
# from dl.deno.land unless DENORT_BIN names one.
# COMMIT names the commit where there is no git to ask.
set -eu

cd "$(dirname "$0")/../.."
export PATH="$PWD/.cache/bin:$PATH"
deno=${DENO:-deno}
[ -n "${DENORT_BIN:-}" ] || unset DENORT_BIN

stage=''
log=$(mktemp)
trap 'rm -rf "$stage" "$log" bin/quay-builder.tmp-*' EXIT
stage=$(deploy/build/stage.sh)
flags=$("$deno" run --no-prompt --frozen-lockfile "$stage/deploy/build/flags.ts")
DENO=$deno deploy/build/worker.sh "$stage" "$stage/worker"
# Unquoted: one flag a line, none with white space.
# shellcheck disable=SC2086
if "$deno" compile --no-config --no-lock --no-npm --no-prompt --deny-import $flags \
  --output bin/quay-builder "$stage/worker/main.js" >"$log" 2>&1; then
  echo "compile: bin/quay-builder" >&2
  exit 0
fi
if [ -n "${DENORT_BIN:-}" ] || ! grep -q 'Setting up base binary' "$log"; then
  cat "$log" >&2
  exit 1
fi
version=$(cat .deno-version)
address=$(grep -o 'https://[^ )]*denort[^ )]*\.zip' "$log" | head -n 1)
cat >&2 <<EOF
compile: cannot download Deno's base binary: ${address:-dl.deno.land} is out of reach
Either get that file where it can be had, unpack it, and name the \`denort\` in it
(it must be of Deno $version):
  make build DENORT_BIN=/path/to/denort
or make a directory that does the same, for which npm is enough:
  make bundle
EOF
exit 1
