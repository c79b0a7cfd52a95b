#!/bin/sh
# Checks the code and runs every test against real engines; ends with a line
# "N passed, N failed". Engines that were started for it are stopped again.
# Most tests wait more than they work, so that they run in five streams, none of
# which sees what the others do to their engines.
set -u

cd "$(dirname "$0")/../.." || exit 1
deno=.cache/bin/deno

"$deno" task --quiet check || exit 1

running=$(pgrep -F /run/quay-builder-dev/pid 2>/dev/null)
engine=$(deploy/dev/engine.sh start) || exit 1
second=$(deploy/dev/engine.sh start 2) || exit 1
third=$(deploy/dev/engine.sh start 3) || exit 1
fourth=$(deploy/dev/engine.sh start 4) || exit 1
results=$(mktemp -d)
# shellcheck disable=SC2317,SC2329 # the trap calls it
clean_up() {
  rm -rf "$results"
  for number in 2 3 4; do deploy/dev/engine.sh stop "$number"; done
  [ -n "$running" ] || deploy/dev/engine.sh stop
}
trap clean_up EXIT

# run name path… : runs tests, and keeps what they print and how they end. Their
# types have been checked.
run() {
  name=$1
  shift
  "$deno" test --quiet --no-check --sanitize-ops --sanitize-resources -A "$@" \
    >"$results/$name.log" 2>&1
  echo $? >"$results/$name.status"
}

: >"$results/life.log"
run faults tests/faults &
DOCKER_HOST=$engine run contexts tests/c* tests/d* &
DOCKER_HOST=$fourth run units tests --ignore="$(
  echo tests/c* tests/d* tests/build tests/e2e tests/faults tests/packaging |
    tr ' ' ,
)" &
DOCKER_HOST=$second run builds tests/build tests/packaging tests/e2e/[!l-z]*_test.ts &
DOCKER_HOST=$third run life tests/e2e/[l-z]*_test.ts &
# Shown as it comes; the others once they are over.
tail --pid=$! -n +1 -f "$results/life.log"
wait
cat "$results/builds.log" "$results/contexts.log" "$results/units.log" \
  "$results/faults.log"
# Deno colours all it prints.
sed -i 's/\x1b\[[0-9;]*m//g' "$results"/*.log

# Once more and last, so that nobody has to look for it: what failed, and why.
sed -n '/^ ERRORS $/,/^ FAILURES $/{/^ *at /d; /^ [EF][A-Z]* $/d; p;}' "$results"/*.log

# total word: the sum of what Deno's closing lines count.
total() {
  sum=0
  for log in "$results"/*.log; do
    line=$(grep -E '\| [0-9]+ passed .*\| [0-9]+ failed' "$log" | tail -n 1)
    number=$(printf '%s' "$line" | sed -n "s/.*| \([0-9]*\) $1.*/\1/p")
    sum=$((sum + ${number:-0}))
  done
  echo "$sum"
}

status=$(cat "$results"/*.status | sort -n | tail -n 1)
failed=$(total failed)
# A run that broke off has counted nothing.
[ "$failed" != 0 ] || [ "$status" = 0 ] || failed=1
echo "$(total passed) passed, $failed failed"
exit "$status"
