#!/bin/sh
# Finishes an image, whatever its distribution.
#   install.sh certificates   the file that git reads the trusted certificate
#                             authorities from
# They move to where the entry point can write them without being root. Deno is
# told where that is; git, which gets none of the worker's variables, finds a
# link.
set -eu

certificates=$1
home=/opt/quay-builder
state=/var/lib/quay-builder

cp -L "$certificates" "$home/image/certificates.pem"
mkdir -p "$state" /certs
cp "$home/image/certificates.pem" "$state/certificates.pem"
ln -sf "$state/certificates.pem" "$certificates"

# ssh refuses a user without a name. Platforms that pick the user by themselves
# put it into the group 0.
echo 'quay-builder:x:1000:1000:Quay Builder:/tmp:/bin/sh' >>/etc/passwd
echo 'quay-builder:x:1000:' >>/etc/group
chown -R 1000:0 "$state"
chmod 775 "$state"
