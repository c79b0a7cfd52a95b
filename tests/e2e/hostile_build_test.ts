import { assertEquals, assertStringIncludes } from "@std/assert";
import { delay } from "@std/async/delay";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { PLACEHOLDER } from "../../lib/secret/secret.ts";
import { findProcesses } from "../support/processes.ts";
import { SOCKET, WorkerProcess } from "../support/worker_process.ts";
import { openMark } from "./_mark.ts";
import { output, Stage } from "./_stage.ts";

Deno.test("a build's steps see no socket, no worker and no secret", async () => {
  await using stage = await Stage.set();
  await using manager = await EmbeddedManager.listen();
  await using _worker = new WorkerProcess({ env: { ENDPOINT: manager.url } });
  const report = await manager.build(stage.arguments({
    build_package: await stage.package({
      Dockerfile: [
        `FROM ${stage.base}`,
        "COPY . /src/",
        "RUN echo looking; env; cat /proc/*/environ; grep -rs . /src /etc /root",
        ...["/var/run/docker.sock", SOCKET].map((path) =>
          `RUN test ! -e ${path}`
        ),
        "RUN test $(ls -d /proc/[0-9]* | wc -l) -lt 5",
        // What would fail for another reason proves nothing.
        "RUN mkdir /mnt && command -v mount dmesg && " +
        "mount -t tmpfs none /mnt 2>&1 | grep 'ermi' && " +
        "dmesg -c 2>&1 | grep 'ermi'",
      ].join("\n"),
    }),
  }));
  assertEquals(report.kind, "success", JSON.stringify(report));
  assertStringIncludes(output(report), "looking\n");
  // A token would have been masked, and that would be seen.
  assertEquals(output(report).includes(PLACEHOLDER), false);
});

Deno.test("what a build leaves running ends with it", async () => {
  await using stage = await Stage.set();
  await using manager = await EmbeddedManager.listen();
  await using _worker = new WorkerProcess({ env: { ENDPOINT: manager.url } });
  const mark = openMark("").value;
  const cancel = new AbortController();
  const report = manager.build(
    stage.arguments({
      build_package: await stage.package({
        Dockerfile: `FROM ${stage.base}\nENV MARK=${mark}\n` +
          "RUN trap '' TERM INT HUP; setsid sleep 3600 & sleep 3600\n",
      }),
    }),
    { signal: cancel.signal },
  );
  while ((await findProcesses(mark)).length < 2) await delay(50);
  cancel.abort();
  assertEquals((await report).kind, "failure");
  while ((await findProcesses(mark)).length > 0) await delay(50);
});
