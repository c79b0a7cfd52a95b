#!/bin/sh
# Docker engines for the demo and the tests.
#   engine.sh start     prints the DOCKER_HOST of an engine that answers: the one
#                       that is there, or else one of the project's own
#   engine.sh start N   prints that of another one of the project's own, the Nth
#   engine.sh stop [N]  ends the project's own engine, if it runs
#   engine.sh remove    ends all of them, and removes all that they have
# The project's own engines keep to their own sockets, data, state and bridges,
# which lead nowhere, and touch no firewall rule: they disturb no other engine.
set -eu

number=${2:-1}
case $number in
  1) name=quay-builder-dev ;;
  [2-9]) name=quay-builder-dev$number ;;
  *) name='' && set -- usage ;;
esac
network=10.213.$number
state=/run/$name
data=/var/lib/$name
socket="$state/docker.sock"
# The kernel takes 15 characters.
bridge=qbdev$number
: "${DOCKER_HOST:=}"

say() { printf 'engine: %s\n' "$*" >&2; }

answers() {
  curl --silent --fail --output /dev/null --max-time 5 --unix-socket "$1" http://engine/_ping
}

start() {
  candidates=$socket
  [ "$number" != 1 ] ||
    candidates="${DOCKER_HOST#unix://} /var/run/docker.sock $socket"
  for candidate in $candidates; do
    if [ -S "$candidate" ] && answers "$candidate"; then
      echo "unix://$candidate"
      return
    fi
  done
  [ "$(id -u)" = 0 ] || {
    say "cannot start an engine: run as root, or start one on /var/run/docker.sock"
    exit 1
  }
  mkdir -p "$state" "$data"
  rm -f "$state/pid"
  say "starting one on $socket"
  # Not "none": that removes the bridge of the machine's own engine.
  ip link show "$bridge" >/dev/null 2>&1 || {
    ip link add "$bridge" type bridge
    ip addr add "$network.1/24" dev "$bridge"
    ip link set "$bridge" up
  }
  setsid dockerd --host "unix://$socket" --pidfile "$state/pid" \
    --data-root "$data" --exec-root "$state/exec" \
    --bridge "$bridge" --iptables=false --ip-forward=false --ip-masq=false \
    </dev/null >"$state/log" 2>&1 &
  tries=0
  until answers "$socket"; do
    tries=$((tries + 1))
    [ "$tries" -lt 150 ] || {
      say "it does not answer; its last words:"
      tail -n 5 "$state/log" >&2
      exit 1
    }
    sleep 0.2
  done
  echo "unix://$socket"
}

stop() {
  [ -f "$state/pid" ] || return 0
  pid=$(cat "$state/pid")
  kill "$pid" 2>/dev/null || return 0
  # Where nobody reaps it, it goes on as a zombie.
  while grep -qs '^State:[[:space:]]*[^Z[:space:]]' "/proc/$pid/status"; do sleep 0.1; done
  ip link delete "$bridge"
  say "stopped"
}

# Each is stopped by a process of its own, which has its paths.
remove() {
  for each in 1 2 3 4 5 6 7 8 9; do "$0" stop "$each"; done
  rm -rf /run/quay-builder-dev* /var/lib/quay-builder-dev*
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  remove) remove ;;
  *)
    say "usage: engine.sh start|stop [1-9], or engine.sh remove"
    exit 2
    ;;
esac
