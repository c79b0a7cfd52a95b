/**
 * Prints the launcher of a bundle: a script named like the compiled program,
 * which starts each command with the permissions that it needs.
 *
 * @module
 */
import {
  doctorPermissions,
  gitPermissions,
  localBuildPermissions,
} from "../../lib/config/permissions.ts";
import { RUNTIME_FLAGS } from "../../lib/config/runtime_flags.ts";
import { COMMIT, VERSION } from "../../lib/version.ts";

// The bundle holds everything: no file around it may change what runs. Deno's
// cache is its own, too, because a user may have no home.
const launcher = `#!/bin/sh
# quay-builder ${VERSION}, commit ${COMMIT}
# Starts the worker, or a command, with what it may do, and nothing else.
set -eu
case "\${1:-}" in
  build) permissions="${localBuildPermissions().join(" ")}" ;;
  doctor) permissions="${doctorPermissions().join(" ")}" ;;
  *) permissions="${gitPermissions().join(" ")}" ;;
esac
here=$(dirname "$(readlink -f "$0")")
export DENO_DIR="$here/cache" DENO_NO_UPDATE_CHECK=1
# Never spans of the runtime's own: they hold the addresses of build packages.
export OTEL_DENO_TRACING=false OTEL_DENO_CONSOLE=ignore
if [ -n "\${OTEL_EXPORTER_OTLP_ENDPOINT:-}\${OTEL_EXPORTER_OTLP_TRACES_ENDPOINT:-}" ]; then
  export OTEL_DENO=true
  export OTEL_SERVICE_NAME="\${OTEL_SERVICE_NAME:-quay-builder}"
  # How long the worker's end may wait for a collector that says nothing.
  export OTEL_EXPORTER_OTLP_TIMEOUT="\${OTEL_EXPORTER_OTLP_TIMEOUT:-3000}"
fi
# Deno takes whom to trust from its start, and only adds to that later.
case "\${TLS_CA_ONLY:-}" in
  1 | [Tt]* | [Yy]*)
    export DENO_TLS_CA_STORE=system SSL_CERT_FILE="\${TLS_CA_PATH:-}"
    unset SSL_CERT_DIR DENO_CERT
    ;;
esac
# shellcheck disable=SC2086 # words of a command
exec "$here/deno" run --quiet --no-prompt --no-config --no-lock --no-remote --no-npm \\
  ${RUNTIME_FLAGS.join(" ")} $permissions \\
  "$here/worker/main.js" "$@"
`;

await Deno.stdout.write(new TextEncoder().encode(launcher));
