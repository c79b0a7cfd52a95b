#!/bin/sh
# Starts a bundle for the first time, which fills its cache, so that later
# starts are quick even where the directory cannot be written.
#   first_start.sh bundle
set -eu

# Without a setting, the worker says so and ends with this code.
expected=2
status=0
said=$(env -i PATH="$PATH" "$1/quay-builder" 2>&1) || status=$?
[ "$status" = "$expected" ] || {
  echo "bundle: the worker does not start (exit code $status): $said" >&2
  exit 1
}
