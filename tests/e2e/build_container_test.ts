import { assertEquals } from "@std/assert";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { output, Stage } from "./_stage.ts";

/** Prints what a container may use, one value a line. */
const PROBE = [
  "cat /sys/fs/cgroup/memory.max" +
  " /sys/fs/cgroup/memory/memory.limit_in_bytes",
  "cat /sys/fs/cgroup/cpu.max" +
  " /sys/fs/cgroup/cpu/cpu.cfs_quota_us /sys/fs/cgroup/cpu/cpu.cfs_period_us",
  "df -k /dev/shm | tail -n 1 | tr -s ' ' | cut -d ' ' -f 2",
  "echo nofile $(ulimit -Sn) $(ulimit -Hn)",
  "echo core $(ulimit -Sc)",
  "echo interfaces $(ls /sys/class/net)",
].map((command) => `echo "> $(${command} 2>/dev/null | tr '\\n' ' ')"`)
  .join("; ");

/** What the container of a build's step says that it may use. */
async function probe(
  stage: Stage,
  env: Readonly<Record<string, string>>,
): Promise<string[]> {
  await using manager = await EmbeddedManager.listen();
  await using worker = new WorkerProcess({
    env: { ENDPOINT: manager.url, ...env },
  });
  const report = await manager.build(stage.arguments({
    build_package: await stage.package({
      Dockerfile: `FROM ${stage.base}\nRUN ${PROBE}\n`,
    }),
  }));
  assertEquals(report.kind, "success", JSON.stringify(report));
  worker.signal("SIGTERM");
  assertEquals((await worker.exited()).code, 0);
  return output(report).split("\n")
    .filter((line) => line.startsWith("> "))
    .map((line) => line.slice(2).trim());
}

Deno.test("what builds may use reaches their containers", async () => {
  await using stage = await Stage.set();
  const before = await stage.traces();
  const [memory, cpus, shm, nofile, core, interfaces] = await probe(stage, {
    BUILD_MEMORY: "256MiB",
    BUILD_CPUS: "0.5",
    BUILD_SHM_SIZE: "16MiB",
    BUILD_ULIMITS: "nofile=1000:2000,core=0",
    BUILD_NETWORK: "none",
  });
  assertEquals(
    { memory, cpus, shm, nofile, core, interfaces },
    {
      memory: "268435456",
      cpus: "50000 100000",
      shm: "16384",
      nofile: "nofile 1000 2000",
      core: "core 0",
      interfaces: "interfaces lo",
    },
  );
  assertEquals(await stage.traces(), before);
});

Deno.test("by default a build's container has what the engine gives", async () => {
  await using stage = await Stage.set();
  const [memory, cpus, shm, , , interfaces] = await probe(stage, {});
  assertEquals(
    { isLimited: memory === "268435456", cpus, shm, interfaces },
    {
      isLimited: false,
      cpus: cpus?.startsWith("max") ? "max 100000" : "-1 100000",
      shm: "65536",
      interfaces: "interfaces eth0 lo",
    },
  );
});

Deno.test("a build shares the machine's network where it is told to", async () => {
  await using stage = await Stage.set();
  const before = await listInterfaces();
  const lines = await probe(stage, { BUILD_NETWORK: "host" });
  const seen = lines.at(-1)?.replace("interfaces ", "").split(" ") ?? [];
  // Those of other engines come and go.
  const lasting = before.intersection(await listInterfaces());
  assertEquals(lasting.has("lo"), true);
  assertEquals(lasting.isSubsetOf(new Set(seen)), true, `${[...lasting]}`);
});

async function listInterfaces(): Promise<Set<string>> {
  const entries = await Array.fromAsync(Deno.readDir("/sys/class/net"));
  return new Set(entries.map(({ name }) => name));
}
