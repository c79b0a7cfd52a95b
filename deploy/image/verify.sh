#!/bin/sh
# Builds both images for real, from stand-ins for the images they begin with,
# and runs builds in them: as root and not, with a custom certificate authority,
# and stopped while they run.
#   verify.sh
# Needs root, npm, debootstrap, an engine (DOCKER_HOST) with BuildKit, and what
# the tests need. The first run takes minutes. Its images stay on the engine, as
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

SUBSCRIPTION_KEY=$(mktemp)
trap 'rm -f "$SUBSCRIPTION_KEY"' EXIT
export SUBSCRIPTION_KEY
secret=subscription-$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')
echo "$secret" >"$SUBSCRIPTION_KEY"

export IMAGE="$prefix/quay-builder" IMAGE_TAG=verify
for flavour in alpine rhel7; do
  deploy/image/build.sh "$flavour" --network host \
    --build-arg "PAYLOAD_BASE=$prefix/node" --build-arg "BASE=$prefix/$flavour"
done

if "$DOCKER" save "$IMAGE:$IMAGE_TAG-rhel7" | grep -q "$secret"; then
  echo "verify: the subscription is in the image" >&2
  exit 1
fi

"${DENO:-.cache/bin/deno}" test -A tests/packaging/image_verification.ts
