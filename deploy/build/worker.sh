#!/bin/sh
# Puts the worker, all packages included, into a directory of a few files that
# start with main.js.
#   worker.sh stage directory   the stage is what stage.sh has made
set -eu

deno=${DENO:-deno}
cd "$1"
# What only some builds and commands need stays in files of its own, which the
# start of the worker does not wait for.
"$deno" bundle --quiet --frozen-lockfile --platform deno --code-splitting \
  --outdir "$2" main.ts
