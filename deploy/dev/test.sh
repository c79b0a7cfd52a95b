#!/bin/sh
# Checks the code and runs every test against a real engine; ends with a line
# "N passed, N failed". An engine that was started for it is stopped again.
set -u

cd "$(dirname "$0")/../.." || exit 1
deno=.cache/bin/deno

"$deno" task --quiet check || exit 1

running=$(pgrep -F /run/quay-builder-dev/pid 2>/dev/null)
DOCKER_HOST=$(deploy/dev/engine.sh start) || exit 1
export DOCKER_HOST
[ -n "$running" ] || trap 'deploy/dev/engine.sh stop' EXIT

output=$(mktemp)
{
  "$deno" test --quiet --sanitize-ops --sanitize-resources -A tests
  echo $? >"$output.status"
} 2>&1 | tee "$output"
status=$(cat "$output.status")

# Deno's own closing line is coloured on a terminal and has bars between.
summary=$(sed 's/\x1b\[[0-9;]*m//g' "$output" | grep -E '\| [0-9]+ passed .*\| [0-9]+ failed' | tail -n 1)
passed=$(printf '%s' "$summary" | sed -n 's/.*| \([0-9]*\) passed.*/\1/p')
failed=$(printf '%s' "$summary" | sed -n 's/.*| \([0-9]*\) failed.*/\1/p')
rm -f "$output" "$output.status"
[ "${failed:-0}" != 0 ] || [ "$status" = 0 ] || failed=1
echo "${passed:-0} passed, ${failed:-1} failed"
exit "$status"
