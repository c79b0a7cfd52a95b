#!/bin/sh
# Builds both images for real, from stand-ins for the images they begin with,
# and runs builds in them: of packages and commits, as root and not, with a
# custom certificate authority.
#   verify.sh
# Needs root, debootstrap, an engine (DOCKER_HOST) with BuildKit, and what the
# tests need. The first run takes minutes. Its images stay on the engine, as
# quay-builder-verify/…, and its Debian in .cache, so that later ones are quicker.
set -eu

cd "$(dirname "$0")/../.."
if [ -z "${DOCKER:-}" ]; then
  # From version 23, the command line needs a component for BuildKit, which not
  # every machine has; Debian's own does not.
  DOCKER=docker
  docker buildx version >/dev/null 2>&1 || DOCKER=/usr/bin/docker
fi
export DOCKER
prefix=quay-builder-verify

deploy/image/stand_ins.sh "$PWD/.cache/stand-ins"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export SUBSCRIPTION_KEY="$scratch/subscription.pem"
secret=subscription-$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
echo "$secret" >"$SUBSCRIPTION_KEY"

export IMAGE="$prefix/quay-builder" IMAGE_TAG=verify
for flavour in alpine rhel7; do
  deploy/image/build.sh "$flavour" --network host \
    --build-arg "PAYLOAD_BASE=$prefix/node" --build-arg "BASE=$prefix/$flavour"
done

mkdir "$scratch/image"
"$DOCKER" save --output "$scratch/image.tar" "$IMAGE:$IMAGE_TAG-rhel7"
tar -x -f "$scratch/image.tar" -C "$scratch/image"
# found text: whether a file or the history of the image holds it, packed or not.
found() { [ "$(find "$scratch/image" -type f -exec gzip -cdf {} + | grep -c "$1")" != 0 ]; }
found 'stand-in: yum' || {
  echo "verify: cannot look into the image" >&2
  exit 1
}
if found "$secret"; then
  echo "verify: the subscription is in the image" >&2
  exit 1
fi

"${DENO:-.cache/bin/deno}" test -A tests/packaging/image_verification.ts
