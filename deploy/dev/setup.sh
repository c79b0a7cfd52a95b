#!/bin/sh
# Installs what the project's commands need and this machine lacks:
#   setup.sh         Deno (from npm, pinned, into .cache/)
#   setup.sh engine  also an engine, a registry, git and what the tests talk to
# Prints one line for each thing it installs; a second call changes nothing.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
deno_version=$(cat "$root/.deno-version")
bin="$root/.cache/bin"

say() { printf 'setup: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

install_deno() {
  if [ "$("$bin/deno" eval 'console.log(Deno.version.deno)' 2>/dev/null)" = "$deno_version" ]; then
    return
  fi
  command -v npm >/dev/null || die "cannot install Deno: npm is missing, install Debian's nodejs and npm"
  say "installing Deno $deno_version from npm"
  # The lock file has the hash of each package, which npm checks.
  mkdir -p "$root/.cache/npm" "$bin"
  cp "$root/deploy/dev/deno/package.json" "$root/deploy/dev/deno/package-lock.json" "$root/.cache/npm"
  npm ci --prefix "$root/.cache/npm" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  rm -f "$bin/deno"
  for binary in "$root"/.cache/npm/node_modules/@deno/*/deno; do
    [ ! -x "$binary" ] || ln -sf "$binary" "$bin/deno"
  done
  [ -e "$bin/deno" ] || die "cannot install Deno: npm has none for this machine with a hash of deploy/dev/deno/package-lock.json; add its package there, or link a Deno $deno_version to .cache/bin/deno"
  "$bin/deno" --version >/dev/null || die "Deno $deno_version does not run on this machine"
}

# Debian's packages, each with a file that shows that it is there.
install_packages() {
  missing=""
  while read -r package file; do
    [ -e "$file" ] || missing="$missing $package"
  done <<EOF
apache2-utils /usr/bin/htpasswd
attr /usr/bin/setfattr
busybox-static /bin/busybox
bzip2 /bin/bzip2
ca-certificates /etc/ssl/certs/ca-certificates.crt
curl /usr/bin/curl
docker.io /usr/sbin/dockerd
docker-registry /usr/bin/docker-registry
fish /usr/bin/fish
git /usr/bin/git
git-lfs /usr/bin/git-lfs
iproute2 /bin/ip
libarchive-tools /usr/bin/bsdtar
openssl /usr/bin/openssl
openssh-client /usr/bin/ssh
openssh-server /usr/sbin/sshd
patchelf /usr/bin/patchelf
procps /bin/ps
prometheus /usr/bin/promtool
python3 /usr/bin/python3
shellcheck /usr/bin/shellcheck
systemd /usr/bin/systemd-analyze
xz-utils /usr/bin/xz
zip /usr/bin/zip
zsh /bin/zsh
zstd /usr/bin/zstd
EOF
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || die "cannot install$missing: this is not a Debian machine, install them by hand"
  [ "$(id -u)" = 0 ] || die "cannot install$missing: run as root, or install them by hand"
  say "installing$missing"
  apt-get update -qq >&2
  # Debian would start the services it installs; this machine's are its owner's.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >&2
}

install_deno
[ "${1:-}" != engine ] || install_packages
"$bin/deno" install --quiet --frozen
