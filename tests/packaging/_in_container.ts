import { assertEquals } from "@std/assert";
import { gitPermissions } from "../../lib/config/permissions.ts";
import { RUNTIME_FLAGS } from "../../lib/config/runtime_flags.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import type { Stage } from "../e2e/_stage.ts";
import { SOCKET } from "../support/worker_process.ts";
import { Container, type ContainerOptions } from "./_container.ts";

const HOME = "/opt/quay-builder";
const { gid } = await Deno.stat(SOCKET);

/** Options of `docker run`: a user that no image knows, who may build. */
export const NOT_ROOT = ["--user", "1234", "--group-add", String(gid)];

/** Options of `docker run`: as little as a container can have. */
export const HARDENED = [
  ..."--read-only --cap-drop ALL --security-opt no-new-privileges".split(" "),
  ..."--tmpfs /tmp --tmpfs /var/lib/quay-builder:mode=1777".split(" "),
];

/** How an image of nothing but the payload is started: by no entry point. */
export function withoutShell(
  image: string,
): Omit<ContainerOptions, "env"> & { readonly options: readonly string[] } {
  return {
    image,
    options: [
      ...["--entrypoint", `${HOME}/runtime/deno`, "--env", "DENO_DIR=/none"],
    ],
    args: [
      ..."run --quiet --no-prompt --no-config --no-lock".split(" "),
      ...RUNTIME_FLAGS,
      ...gitPermissions(),
      `${HOME}/bundle/worker/main.js`,
    ],
  };
}

/** Has a worker in a container build a package, and leave with nothing left. */
export async function buildPackage(
  stage: Stage,
  options: Omit<ContainerOptions, "env">,
): Promise<void> {
  const before = await stage.traces();
  await using manager = await EmbeddedManager.listen();
  {
    await using container = new Container({
      ...options,
      env: { ENDPOINT: manager.url },
    });
    const report = await manager.build(stage.arguments({
      build_package: await stage.package({
        "Dockerfile": `FROM ${stage.base}\nCOPY . /src/\nRUN ls /src\n`,
      }),
    }));
    assertEquals(report.kind, "success", JSON.stringify(report));
    const { code, log } = await container.stop();
    assertEquals(code, 0, log);
  }
  assertEquals(manager.violations, []);
  assertEquals(await stage.traces(), before);
}
