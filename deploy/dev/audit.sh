#!/bin/sh
# Asks npm's registry which of the locked packages have known vulnerabilities.
#   audit.sh [option of deno audit]…
# Ends with 0 when there are none, 1 when there are, and 2 when the registry
# cannot be asked: a mirror may not have that service, and Deno 2.9 trusts no
# authority of this machine's own for it. NPM_CONFIG_REGISTRY names another one.
set -u

cd "$(dirname "$0")/../.." || exit 2
deno=${DENO:-.cache/bin/deno}

status=0
report=$("$deno" audit "$@" 2>&1) || status=$?
printf '%s\n' "$report"
[ "$status" != 0 ] || exit 0
case $report in
  *"Severity: "*) exit 1 ;;
esac
echo "audit: the registry was not asked, nothing is known about the packages" >&2
exit 2
