import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { BuildFailure } from "../../lib/build/failure.ts";
import { EngineUnavailableError } from "../../lib/engine/errors.ts";
import {
  HostWatch,
  type HostWatchOptions,
} from "../../lib/worker/host_watch.ts";
import { EngineDaemon } from "../support/engine_daemon.ts";
import { eventually } from "../support/eventually.ts";
import { fakeTime } from "../support/fake_time.ts";
import { RecordingLogger } from "../support/recording_logger.ts";

const NEVER = new AbortController().signal;
const MIB = 2 ** 20;
/** Between two warnings, in milliseconds. */
const REMINDER = 600;
const GONE = { action: "clean up", reason: "refused" } as const;

/** A watch whose waits are short. */
function watch(
  daemon: EngineDaemon,
  options: Partial<HostWatchOptions> = {},
): {
  host: HostWatch;
  logger: RecordingLogger;
  [Symbol.asyncDispose](): Promise<void>;
} {
  const engine = daemon.connect();
  const logger = new RecordingLogger();
  const host = new HostWatch({
    engine,
    disk: { floor: 0 },
    logger,
    ...options,
    times: {
      interval: 50,
      retry: 50,
      pingLimit: 1_000,
      patience: 2_000,
      diskInterval: 50,
      reminder: REMINDER,
      ...options.times,
    },
  });
  return {
    host,
    logger,
    async [Symbol.asyncDispose]() {
      await host[Symbol.asyncDispose]();
      engine.close();
    },
  };
}

/** Waits until a signal aborts. */
async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
}

Deno.test("an engine that is away is waited for, with a word about it now and then", async () => {
  await using daemon = await EngineDaemon.start();
  await daemon.stop();
  using clock = fakeTime(["performance"]);
  const engine: boolean[] = [];
  await using watching = watch(daemon, {
    observer: { onEngine: (isThere) => engine.push(isThere) },
  });
  const { host, logger } = watching;
  const waits: string[] = [];
  const fit = host.untilFit(({ kind }) => waits.push(kind), NEVER);
  const looks = async (count: number) => {
    const enough = waits.length + count;
    await eventually(() => waits.length >= enough || undefined, {
      what: "more looks at the engine",
    });
  };
  await looks(5);
  assertEquals(new Set(waits), new Set(["engine_away"]));
  for (const warnings of [1, 2]) {
    clock.tick(REMINDER - 1);
    await looks(2);
    assertEquals(logger.messages("warning").length, warnings);
    clock.tick(1);
    await looks(2);
    assertEquals(logger.messages("warning").length, warnings + 1);
  }
  const [first, second, third] = logger.messages("warning");
  assertStringIncludes(first ?? "", "Taking no builds");
  assertStringIncludes(first ?? "", "has no socket there: start the engine");
  assertEquals([second, third], [first, first]);

  await daemon.restart();
  await fit;
  assertEquals(logger.messages("info"), ["The engine is fit for builds again"]);
  assertEquals(engine, [false, true]);
});

Deno.test("an engine that is killed is noticed, and so is its return", async () => {
  await using daemon = await EngineDaemon.start();
  await using watching = watch(daemon);
  const { host } = watching;
  await host.untilFit(() => {}, NEVER);
  const { unfit } = host;
  await daemon.kill();
  await aborted(unfit);
  const state = await host.look();
  assert(state.kind === "engine_away");
  assertStringIncludes(state.reason, "accepts no connection");
  await daemon.restart();
  await host.untilFit(() => {}, NEVER);
  assertEquals(host.unfit.aborted, false);
});

Deno.test("what could not be taken back is before builds run again", async () => {
  await using daemon = await EngineDaemon.start();
  const caughtUp: number[] = [];
  const held = Promise.withResolvers<void>();
  await using watching = watch(daemon, {
    async catchUp() {
      const { length } = caughtUp;
      caughtUp.push(length);
      if (length === 1) throw new EngineUnavailableError("gone", GONE);
      if (length === 2) await held.promise;
    },
  });
  const { host } = watching;
  let isFit = false;
  await host.untilFit(() => {}, NEVER);
  const { unfit } = host;
  await aborted(unfit);
  const again = host.untilFit(() => {}, NEVER).then(() => isFit = true);
  await eventually(() => caughtUp.length >= 3 || undefined, {
    what: "another try to take everything back",
  });
  assertEquals(isFit, false);
  held.resolve();
  await again;
});

Deno.test("an engine that hangs is away, and after a while its builds are lost", async () => {
  await using daemon = await EngineDaemon.start();
  await using watching = watch(daemon);
  const { host } = watching;
  await host.untilFit(() => {}, NEVER);
  const { lost, unfit } = host;
  daemon.freeze();
  await aborted(unfit);
  const state = await host.look();
  assert(state.kind === "engine_away");
  assertStringIncludes(state.reason, "does not answer within 1 s");
  await aborted(lost);
  assert(lost.reason instanceof BuildFailure);
  assertEquals(lost.reason.kind, "docker_connect_error");

  daemon.thaw();
  await host.untilFit(() => {}, NEVER);
  assertEquals(host.lost.aborted, false);
});

Deno.test("a wait for the engine ends with its signal", async () => {
  await using daemon = await EngineDaemon.start();
  daemon.freeze();
  await using watching = watch(daemon);
  const stop = new AbortController();
  const fit = watching.host.untilFit(() => {}, stop.signal);
  stop.abort(new DOMException("enough", "AbortError"));
  assertEquals(await fit.catch((error) => error.message), "enough");
});

Deno.test("on a disk that is too full, room is made first, then builds wait", async () => {
  await using daemon = await EngineDaemon.start({ diskSize: 200 * MIB });
  const own = `${daemon.root}/own`;
  const others = `${daemon.root}/others`;
  let reclaimed = 0;
  const free: (number | undefined)[] = [];
  await using watching = watch(daemon, {
    disk: { floor: 100 * MIB },
    reclaim: async () => {
      reclaimed++;
      await Deno.remove(own).catch(() => {});
    },
    observer: { onDisk: (disk) => free.push(disk.free) },
    // Only the test looks.
    times: { interval: 60_000, diskInterval: 60_000 },
  });
  const { host, logger } = watching;
  await host.untilFit(() => {}, NEVER);
  assertEquals(reclaimed, 0);

  await Deno.writeFile(own, new Uint8Array(120 * MIB));
  assertEquals((await host.look()).kind, "fit");
  assertEquals(reclaimed, 1);

  const { unfit } = host;
  await Deno.writeFile(others, new Uint8Array(120 * MIB));
  const state = await host.look();
  assert(state.kind === "disk_full");
  assertStringIncludes(state.reason, "less free space than the 100.0 MiB");
  assertEquals(unfit.aborted, true);
  assertEquals(host.lost.aborted, false);
  assert((free.at(-1) ?? Infinity) < 100 * MIB);
  assert(logger.messages("warning").length > 0);

  const fit = host.untilFit(() => {}, NEVER);
  await Deno.remove(others);
  await host.look();
  await fit;
});
