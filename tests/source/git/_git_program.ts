/**
 * Runs a git command that takes long, in the directory that is its argument,
 * and says `started` when that runs. To be killed.
 */
import { Watchdog } from "../../../lib/time/watchdog.ts";
import { Git } from "../../../lib/source/git/command.ts";

const [directory = "", path = ""] = Deno.args;
const git = new Git({
  directory,
  environment: { PATH: path, HOME: directory },
  config: { "alias.wait": "!echo started >&2; sleep 600" },
  watchdog: new Watchdog({ idleTimeout: 60_000, totalTimeout: 60_000 }),
  onMessage: (line) => Deno.stdout.writeSync(new TextEncoder().encode(line)),
});
await git.run("wait");
