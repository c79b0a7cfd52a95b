#!/bin/sh
# An open registry on loopback for the demo.
#   registry.sh start  prints its host:port, starting it when it does not run
#   registry.sh stop   ends it, if it runs
set -eu

state=/run/quay-builder-dev
data=/var/lib/quay-builder-dev/registry

say() { printf 'registry: %s\n' "$*" >&2; }

answers() {
  curl --silent --fail --output /dev/null --max-time 5 "http://$1/v2/"
}

running() {
  [ -f "$state/registry.pid" ] && kill -0 "$(cat "$state/registry.pid")" 2>/dev/null
}

start() {
  mkdir -p "$state" "$data"
  if running && answers "$(cat "$state/registry.address")"; then
    cat "$state/registry.address"
    return
  fi
  for port in 5000 5001 5002 5003 5004 5005 5006 5007 5008 5009; do
    address="127.0.0.1:$port"
    cat >"$state/registry.yml" <<EOF
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: $data}, delete: {enabled: true}}
http: {addr: "$address"}
EOF
    setsid docker-registry serve "$state/registry.yml" \
      </dev/null >"$state/registry.log" 2>&1 &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
      if answers "$address" && kill -0 "$pid" 2>/dev/null; then
        echo "$pid" >"$state/registry.pid"
        echo "$address" | tee "$state/registry.address"
        return
      fi
      sleep 0.1
    done
  done
  say "it does not start; its last words:"
  tail -n 5 "$state/registry.log" >&2
  exit 1
}

stop() {
  running || return 0
  kill "$(cat "$state/registry.pid")"
  rm -f "$state/registry.pid"
  say "stopped"
}

case "${1:-}" in
  start) start ;;
  stop) stop ;;
  *)
    say "usage: registry.sh start|stop"
    exit 2
    ;;
esac
