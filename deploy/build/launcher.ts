/**
 * Prints the launcher of a bundle: a script named like the compiled program,
 * which starts the worker with the same permissions.
 *
 * @module
 */
import { gitPermissions } from "../../lib/config/permissions.ts";
import { COMMIT, VERSION } from "../../lib/version.ts";

// The bundle holds everything: no file around it may change what runs. Deno's
// cache is its own, too, because a user may have no home.
const launcher = `#!/bin/sh
# quay-builder ${VERSION}, commit ${COMMIT}
# Starts the worker with what it may do, and nothing else.
set -eu
here=$(dirname "$(readlink -f "$0")")
export DENO_DIR="$here/cache" DENO_NO_UPDATE_CHECK=1
exec "$here/deno" run --quiet --no-prompt --no-config --no-lock --no-remote --no-npm \\
  ${gitPermissions().join(" \\\n  ")} \\
  "$here/worker/main.js" "$@"
`;

await Deno.stdout.write(new TextEncoder().encode(launcher));
