#!/bin/sh
# Makes stand-ins for the images that the Dockerfiles begin with, so that all
# but the packages from outside can be tried where no image can be pulled.
#   stand_ins.sh cache   keeps Debian's base system in the directory `cache`
# Runs as root on Debian with debootstrap, busybox-static and tar.
set -eu

cache=$1
docker=${DOCKER:-docker}
prefix=quay-builder-verify
authorities=/etc/ssl/certs/ca-certificates.crt

command -v debootstrap >/dev/null || {
  echo "stand-ins: debootstrap is missing, install Debian's" >&2
  exit 1
}
debian=$cache/debian
if [ ! -e "$debian.done" ]; then
  rm -rf "$debian"
  mkdir -p "$cache"
  debootstrap --variant=minbase --include=ca-certificates,git,git-lfs,openssh-client \
    bookworm "$debian" >&2
  touch "$debian.done"
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$docker" image inspect "$prefix/debian" >/dev/null 2>&1 ||
  tar -c -C "$debian" . | "$docker" import - "$prefix/debian" >&2

# What trusts this machine's authorities, must do so during the build, too.
copy_authorities() {
  mkdir -p "$1/etc/ssl/certs"
  rm -f "$1$authorities"
  cp -L "$authorities" "$1$authorities"
}

# For node: Debian with its own node and npm.
node=$scratch/node
mkdir -p "$node/usr/local/share"
cp -R /usr/local/share/ca-certificates "$node/usr/local/share"
cp -L "$authorities" "$node/usr/local/share/authorities.pem"
"$docker" build --quiet --network host --tag "$prefix/node" --file - "$node" >&2 <<EOF
FROM $prefix/debian
RUN apt-get update -qq && apt-get install -qq -y --no-install-recommends nodejs npm
COPY usr /usr
ENV NODE_EXTRA_CA_CERTS=/usr/local/share/authorities.pem DENO_TLS_CA_STORE=system
EOF

# For Alpine: busybox and no C library; its `apk` adds nothing.
alpine=$scratch/alpine
mkdir -p "$alpine/bin" "$alpine/tmp" "$alpine/run" "$alpine/var"
chmod 1777 "$alpine/tmp"
ln -s ../run "$alpine/var/run"
cp /bin/busybox "$alpine/bin/busybox"
for command in $(/bin/busybox --list); do
  [ "$command" = busybox ] || ln -s busybox "$alpine/bin/$command"
done
copy_authorities "$alpine"
echo 'root:x:0:0:root:/root:/bin/sh' >"$alpine/etc/passwd"
echo 'root:x:0:' >"$alpine/etc/group"
printf '#!/bin/sh\necho "stand-in: apk $*"\n' >"$alpine/bin/apk"
chmod +x "$alpine/bin/apk"
tar -c -C "$alpine" . | "$docker" import - "$prefix/alpine" >&2

# For RHEL 7: Debian with git and ssh, laid out like RHEL, where nothing is at
# Debian's paths of certificates; its `yum` adds nothing, but must be able to
# read the subscription.
rhel=$scratch/rhel
collection=opt/rh/rh-git227/root/usr/bin
extracted=etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
mkdir -p "$rhel/$collection" "$rhel/usr/bin" "$rhel/etc/pki/tls/certs" "$rhel/$(dirname "$extracted")"
cp -L "$authorities" "$rhel/$extracted"
ln -s "/$extracted" "$rhel/etc/pki/tls/certs/ca-bundle.crt"
ln -s /usr/bin/git-lfs "$rhel/$collection/git-lfs"
# Debian's git is built for Debian's path.
cat >"$rhel/$collection/git" <<'EOF'
#!/bin/sh
GIT_SSL_CAINFO=/etc/pki/tls/certs/ca-bundle.crt exec /usr/bin/git "$@"
EOF
cat >"$rhel/usr/bin/yum" <<'EOF'
#!/bin/sh
echo "stand-in: yum $*"
[ "$1" != install ] || cat /etc/pki/entitlement/subscription.pem /etc/pki/entitlement/subscription-key.pem >/dev/null
EOF
chmod +x "$rhel/$collection/git" "$rhel/usr/bin/yum"
"$docker" build --quiet --tag "$prefix/rhel7" --file - "$rhel" >&2 <<EOF
FROM $prefix/debian
RUN rm -rf /etc/ssl /usr/lib/ssl
COPY . /
EOF
