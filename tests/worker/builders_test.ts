import { assertEquals } from "@std/assert";
import { type Builder, runBuilders } from "../../lib/worker/builders.ts";
import type { WorkerEnd } from "../../lib/worker/worker.ts";
import { fakeTime } from "../support/fake_time.ts";
import { RecordingLogger } from "../support/recording_logger.ts";

/** Before a builder that failed begins anew, in milliseconds. */
const PAUSE = 10_000;

/** Builders that live until they are asked to leave, but for some that fail. */
function run(count: number, fails: (lives: readonly number[]) => boolean) {
  const drain = new AbortController();
  const logger = new RecordingLogger();
  const lives: number[] = [];
  const live = ({ number }: Builder): Promise<WorkerEnd> => {
    lives.push(number);
    if (fails(lives)) return Promise.reject(new Error("nobody expected this"));
    const { promise, resolve } = Promise.withResolvers<WorkerEnd>();
    if (drain.signal.aborted) resolve({ kind: "done" });
    drain.signal.addEventListener("abort", () => resolve({ kind: "done" }));
    return promise;
  };
  const options = { count, run: live, logger, drain: drain.signal };
  return { drain, logger, lives, ended: runBuilders(options) };
}

Deno.test("a builder that fails unexpectedly begins anew after a pause, and the others go on", async () => {
  using clock = fakeTime(["setTimeout", "clearTimeout"]);
  const builders = run(3, (lives) => lives.at(-1) === 2 && lives.length < 5);
  await clock.tickAsync(PAUSE - 1);
  assertEquals(builders.lives, [1, 2, 3]);
  await clock.tickAsync(1);
  assertEquals(builders.lives, [1, 2, 3, 2]);
  await clock.tickAsync(PAUSE);
  assertEquals(builders.lives, [1, 2, 3, 2, 2]);
  assertEquals(
    builders.logger.lines.map(({ level, fields }) => [
      level,
      fields["builder"],
    ]),
    [["error", 2], ["error", 2]],
  );
  builders.drain.abort();
  assertEquals(await builders.ended, { kind: "done" });
});

Deno.test("a builder that is asked to leave amid its pause leaves at once", async () => {
  using clock = fakeTime(["setTimeout", "clearTimeout"]);
  const builders = run(2, (lives) => lives.at(-1) === 2 && lives.length < 3);
  await clock.tickAsync(1);
  builders.drain.abort();
  assertEquals(await builders.ended, { kind: "done" });
});

Deno.test("a single builder that fails unexpectedly ends the process", async () => {
  const { ended } = run(1, () => true);
  assertEquals(
    await ended.catch((error) => error.message),
    "nobody expected this",
  );
});

Deno.test("builders are done only if all of them are", async () => {
  const refused = { kind: "refused", reason: "rejected" } as const;
  const end = await runBuilders({
    count: 2,
    run: ({ number }) =>
      Promise.resolve(number === 1 ? { kind: "done" } : refused),
    logger: new RecordingLogger(),
    drain: new AbortController().signal,
  });
  assertEquals(end, refused);
});
