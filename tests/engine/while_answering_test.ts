import { assert, assertEquals, assertRejects } from "@std/assert";
import { abortable } from "@std/async/abortable";
import { EngineUnavailableError } from "../../lib/engine/errors.ts";
import { ping } from "../../lib/engine/ping.ts";
import { whileAnswering } from "../../lib/engine/while_answering.ts";
import { TimeLimitError } from "../../lib/time/watchdog.ts";
import { EngineDaemon } from "../support/engine_daemon.ts";

const OPTIONS = { limit: 60_000, interval: 50 };

const never = (signal: AbortSignal) =>
  abortable(new Promise<void>(() => {}), signal);

Deno.test("what needs the engine runs only while that answers", async (t) => {
  await using daemon = await EngineDaemon.start();
  await using engine = daemon.connect();

  await t.step("to its end, where all is well", async () => {
    const answer = await whileAnswering(
      engine,
      (signal) => ping(engine, { signal }),
      OPTIONS,
    );
    assertEquals(answer.osType, "linux");
  });

  await t.step("not for longer than it may", async () => {
    const options = { ...OPTIONS, limit: 500 };
    const running = whileAnswering(engine, never, options);
    const { milliseconds } = await assertRejects(() => running, TimeLimitError);
    assertEquals(milliseconds, 500);
  });

  await t.step("until the engine hangs", async () => {
    const running = whileAnswering(engine, (signal) => {
      daemon.freeze();
      return never(signal);
    }, OPTIONS);
    await assertRejects(() => running, TimeLimitError);
  });

  await t.step("not at all on an engine that hangs", async () => {
    let hasRun = false;
    const run = () => Promise.resolve(void (hasRun = true));
    await assertRejects(
      () => whileAnswering(engine, run, OPTIONS),
      TimeLimitError,
    );
    assert(!hasRun);
    daemon.thaw();
  });

  await t.step("not at all on an engine that is gone", async () => {
    await daemon.kill();
    await assertRejects(
      () => whileAnswering(engine, never, OPTIONS),
      EngineUnavailableError,
    );
  });
});
