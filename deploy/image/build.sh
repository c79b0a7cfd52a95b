#!/bin/sh
# Builds the image of a flavour from its Dockerfile.
#   build.sh alpine|rhel7 [argument of docker build]…
# IMAGE (default quay.io/quay/quay-builder) and IMAGE_TAG (default latest) name
# it; rhel7 needs SUBSCRIPTION_KEY, the path of a subscription's PEM file, and
# BuildKit. DOCKER names the command line.
set -eu

flavour=${1:?usage: build.sh alpine|rhel7 [argument of docker build]…}
shift
cd "$(dirname "$0")/../.."

if [ "$flavour" = rhel7 ]; then
  [ -r "${SUBSCRIPTION_KEY:-}" ] || {
    echo "image: cannot build for RHEL 7: SUBSCRIPTION_KEY must name the PEM file of a subscription, is \"${SUBSCRIPTION_KEY:-}\"" >&2
    exit 2
  }
  # A secret of BuildKit is in no layer and in no record of the build.
  export DOCKER_BUILDKIT=1
  set -- --secret "id=subscription,src=$SUBSCRIPTION_KEY" "$@"
fi

name="${IMAGE:-quay.io/quay/quay-builder}:${IMAGE_TAG:-latest}-$flavour"
version=$(sed -n 's/.*VERSION = "\(.*\)".*/\1/p' lib/version.ts)
commit=$(git rev-parse HEAD 2>/dev/null || echo unknown)
"${DOCKER:-docker}" build --file "Dockerfile.$flavour" --tag "$name" \
  --build-arg "VERSION=$version" --build-arg "COMMIT=$commit" "$@" .
echo "image: $name" >&2
