#!/bin/sh
# A Docker engine for the demo and the tests.
#   engine.sh start  prints the DOCKER_HOST of an engine that answers: the one
#                    that is there, or else one of the project's own
#   engine.sh stop   ends the project's own engine, if it runs
# The project's own engine keeps to its own socket, data and state, has no
# network bridge and touches no firewall rule. It is not started beside another
# one, whose bridge it would remove.
set -eu

state=/run/quay-builder-dev
data=/var/lib/quay-builder-dev
socket="$state/docker.sock"
: "${DOCKER_HOST:=}"

say() { printf 'engine: %s\n' "$*" >&2; }

answers() {
  curl --silent --fail --output /dev/null --max-time 5 --unix-socket "$1" http://engine/_ping
}

start() {
  for candidate in "${DOCKER_HOST#unix://}" /var/run/docker.sock "$socket"; do
    if [ -S "$candidate" ] && answers "$candidate"; then
      echo "unix://$candidate"
      return
    fi
  done
  [ "$(id -u)" = 0 ] || {
    say "cannot start an engine: run as root, or start one on /var/run/docker.sock"
    exit 1
  }
  if pgrep -x dockerd >/dev/null; then
    say "cannot start an engine: another one runs, but not on /var/run/docker.sock; name its socket in DOCKER_HOST"
    exit 1
  fi
  mkdir -p "$state" "$data"
  rm -f "$state/pid"
  say "starting one on $socket"
  setsid dockerd --host "unix://$socket" --pidfile "$state/pid" \
    --data-root "$data" --exec-root "$state/exec" \
    --bridge none --iptables=false --ip-forward=false --ip-masq=false \
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
  while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
  say "stopped"
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  *)
    say "usage: engine.sh start|stop"
    exit 2
    ;;
esac
