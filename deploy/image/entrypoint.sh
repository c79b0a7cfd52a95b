#!/bin/sh
# Trusts the authorities in /certs, gives up root where the engine's socket
# does not ask for it, and becomes the worker.
set -eu

home=/opt/quay-builder
state=/var/lib/quay-builder
socket=/var/run/docker.sock

if [ -w "$state" ]; then
  new=$state/certificates.pem.new
  cat "$home/image/certificates.pem" >"$new"
  for file in /certs/*; do
    [ -f "$file" ] || continue
    grep -q 'BEGIN CERTIFICATE' "$file" || {
      echo "Cannot trust \"$file\": it is no certificate in PEM form" >&2
      exit 2
    }
    { echo && cat "$file"; } >>"$new"
  done
  mv -f "$new" "$state/certificates.pem"
elif [ -n "$(ls /certs)" ]; then
  echo "Cannot trust what is in /certs: $state is not writable, mount a volume there" >&2
  exit 2
fi

set -- "$home/bundle/quay-builder" "$@"
if [ "$(id -u)" = 0 ]; then
  group=$(stat -c %g "$socket" 2>/dev/null || echo 1000)
  user="$home/runtime/setpriv --reuid=1000 --regid=1000 --groups=$group --no-new-privs"
  # A container may lack what giving up root takes, or the socket.
  # shellcheck disable=SC2016,SC2086 # the shell that is not root; words of a command
  if $user sh -c '[ ! -e "$1" ] || [ -w "$1" ]' sh "$socket" 2>/dev/null; then
    set -- $user "$@"
  fi
fi
exec "$@"
