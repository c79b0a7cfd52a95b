#!/bin/sh
# Checks the code and runs every test against real engines; ends with a line
# "N passed, N failed". Engines that were started for it are stopped again.
# Most tests wait more than they work, so that they run in five streams, none of
# which sees what the others do to their engines. A machine may be too slow for
# all at once and the tests' limits of time: what fails is run once more, by
# itself, and is named whatever comes of that.
set -u

cd "$(dirname "$0")/../.." || exit 1
deno=.cache/bin/deno
# More failures than a slow machine makes are not looked at again.
most_again=5

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
  # What counts has been said.
  exec >/dev/null 2>&1
  for number in 2 3 4; do deploy/dev/engine.sh stop "$number"; done
  [ -n "$running" ] || deploy/dev/engine.sh stop
}
trap clean_up EXIT

# tests argument…: runs tests. Their types have been checked.
tests() {
  "$deno" test --quiet --no-check --sanitize-ops --sanitize-resources -A "$@"
}

# run name host path…: runs a stream on an engine, and keeps what it prints and
# how it ends.
run() {
  name=$1
  export DOCKER_HOST="$2"
  shift 2
  echo "$DOCKER_HOST" >"$results/$name.host"
  tests "$@" >"$results/$name.log" 2>&1
  echo $? >"$results/$name.status"
}

# list_failures: stream, file and test of each that failed, between tabs.
list_failures() {
  for log in "$results"/*.log; do
    name=$(basename "$log" .log)
    sed -n "/^ FAILURES \$/,\$s|^\(.*\) => \(\./[^ ]*\):[0-9]*:[0-9]*\$|$name\t\2\t\1|p" \
      "$log" | sed 's/ \.\.\. .*//' | sort -u
  done
}

# run_again: runs what failed by itself, and sorts it by what comes of that.
run_again() {
  while IFS="$(printf '\t')" read -r name file test; do
    sorted=failed
    if [ "$(wc -l <"$results/failures")" -le "$most_again" ]; then
      DOCKER_HOST=$(cat "$results/$name.host")
      export DOCKER_HOST
      tests --filter "$test" "$file" >"$results/again" 2>&1 </dev/null
      cat "$results/again"
      # A name that Deno shows otherwise than it is written is not found.
      grep -q '| [1-9][0-9]* passed.*| 0 failed' "$results/again" && sorted=alone
    fi
    printf '%s: %s\n' "$file" "$test" >>"$results/$sorted"
  done <"$results/failures"
}

# count name word: what Deno's closing line of a stream counts.
count() {
  sed -n "s/^[a-zA-Z]* | .*\<\([0-9]*\) $2.*/\1/p" "$results/$1.log" | tail -n 1
}

: >"$results/life.log"
run faults "$engine" tests/faults &
run contexts "$engine" tests/c* tests/d* &
run units "$fourth" tests --ignore="$(
  echo tests/c* tests/d* tests/build tests/e2e tests/faults tests/packaging |
    tr ' ' ,
)" &
run builds "$second" tests/build tests/packaging tests/e2e/[!l-z]*_test.ts &
run life "$third" tests/e2e/[l-z]*_test.ts &
# Shown as it comes; the others once they are over.
tail --pid=$! -n +1 -f "$results/life.log"
wait
for name in builds contexts units faults; do cat "$results/$name.log"; done
# Deno colours all it prints.
sed -i 's/\x1b\[[0-9;]*m//g' "$results"/*.log

passed=0
failed=0
for name in builds contexts units faults life; do
  number=$(count "$name" passed)
  passed=$((passed + ${number:-0}))
  number=$(count "$name" failed)
  # A stream that broke off has counted nothing.
  [ "$(cat "$results/$name.status")" = 0 ] || [ "${number:-0}" != 0 ] || number=1
  failed=$((failed + ${number:-0}))
done

# Last, so that nobody has to look for it: what failed, and why.
sed -n '/^ ERRORS $/,/^ FAILURES $/{/^ *at /d; /^ [EF][A-Z]* $/d; p;}' "$results"/*.log
: >"$results/alone"
: >"$results/failed"
list_failures >"$results/failures"
run_again
sed 's/^/passed by itself: /' "$results/alone"
sed 's/^/failed: /' "$results/failed"
alone=$(wc -l <"$results/alone")
failed=$((failed - alone))
echo "$((passed + alone)) passed, $failed failed"
[ "$failed" = 0 ]
