#!/bin/sh
# Makes the images' payload of a bundle. It brings its own C library, because
# Deno wants glibc 2.27 or newer, but Alpine has musl, and RHEL 7 glibc 2.17.
#   payload.sh bundle directory
# makes `directory/runtime`, which changes with Deno alone, and
# `directory/bundle`. They work only there: a program names its loader by an
# absolute path. Runs on Debian.
set -eu

bundle=$1
payload=$2
runtime=$payload/runtime
lib=$runtime/lib

mkdir -p "$lib"
cp "$bundle/deno" "$(command -v setpriv)" "$runtime"
for program in "$runtime/deno" "$runtime/setpriv"; do
  # Of the loader, ldd lists the path alone, without an arrow.
  for library in $(ldd "$program" | grep -o '/[^ ]*'); do
    [ -e "$lib/$(basename "$library")" ] || cp -L "$library" "$lib"
  done
  loader=$lib/$(basename "$(patchelf --print-interpreter "$program")")
  # An RPATH, unlike a RUNPATH, also counts for what the libraries need.
  patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$lib" "$program"
done

mkdir "$payload/bundle"
cp -R "$bundle/worker" "$bundle/quay-builder" "$bundle/sbom.cdx.json" "$payload/bundle"
ln -s ../runtime/deno "$payload/bundle/deno"

# A start proves that the programs find what they need, and fills Deno's cache.
"$runtime/setpriv" --version >/dev/null
"$(dirname "$0")/../build/first_start.sh" "$payload/bundle"
