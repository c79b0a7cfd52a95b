#!/bin/sh
# Compiles bin/quay-builder: one file, with its permissions inside. Deno puts
# the worker behind a base binary (denort), which it downloads from
# dl.deno.land unless DENORT_BIN names one.
set -u

cd "$(dirname "$0")/../.." || exit 1
deno=${DENO:-$PWD/.cache/bin/deno}
[ -n "${DENORT_BIN:-}" ] || unset DENORT_BIN

log=$(mktemp)
trap 'rm -f "$log" bin/quay-builder.tmp-*' EXIT
if "$deno" task --quiet build >"$log" 2>&1; then
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
