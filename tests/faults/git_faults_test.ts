import { assertEquals } from "@std/assert";
import { GitHttpServer } from "../support/git_http.ts";
import { GitRepository } from "../support/git_repository.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { FaultStage } from "./_fault_stage.ts";
import { type Moment, MOMENTS } from "./_moment.ts";

const AGAIN = { worker: "ready again" } as const;
const WELL = { build: "success", worker: "ready again" } as const;
const FAILED = { build: "gitfailure", worker: "ready again" } as const;

Deno.test("a git server in trouble", async (t) => {
  await using stage = await FaultStage.set();
  await using served = await TemporaryDirectory.create();
  await using stack = new AsyncDisposableStack();

  await t.step("stalls", async () => {
    const servers = new Map<Moment, GitHttpServer>();
    const outcomes = await stage.play({
      fault: "git server stalls",
      keepsRealm: true,
      moments: MOMENTS,
      env: { GIT_IDLE_TIMEOUT: "5s" },
      command: "once it is released",
      async source(Dockerfile, moment) {
        const directory = `${served.path}/${moment}`;
        const repository = await GitRepository.create(directory);
        const sha = await repository.commit({ Dockerfile });
        const server = stack.use(
          new GitHttpServer({
            root: served.path,
            // The fault itself is what holds it there.
            ...(moment === "unpacking" && { stallAfter: 0 }),
          }),
        );
        servers.set(moment, server);
        const url = server.url(`${moment}/.git`);
        return { kwargs: { git: { url, sha } }, holds: server.stalled };
      },
      strike(scene) {
        servers.get(scene.moment)?.stall();
        scene.release();
      },
    });
    assertEquals(outcomes, {
      "registering": AGAIN,
      "idle": AGAIN,
      "unpacking": FAILED,
      // From there on nobody asks it for anything.
      "pulling": WELL,
      "checking-cache": WELL,
      "priming-cache": WELL,
      "building": WELL,
      "pushing": WELL,
    });
  });
});
