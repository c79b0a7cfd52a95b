import { assertEquals, assertRejects } from "@std/assert";
import { abortable } from "@std/async/abortable";
import { withTimeLimit } from "../../lib/time/time_limit.ts";
import { TimeLimitError } from "../../lib/time/watchdog.ts";

const never = (signal: AbortSignal) =>
  abortable(new Promise<void>(() => {}), signal);

Deno.test("withTimeLimit() gives what was done in time", async () => {
  const done = await withTimeLimit(() => Promise.resolve(7), { limit: 60_000 });
  assertEquals(done, 7);
});

Deno.test("withTimeLimit() ends what takes too long", async () => {
  const running = withTimeLimit(never, { limit: 50 });
  const error = await assertRejects(() => running, TimeLimitError);
  assertEquals(error.milliseconds, 50);
});

Deno.test("withTimeLimit() ends with its signal, and begins nothing after it", async () => {
  const stop = new AbortController();
  const { signal } = stop;
  const running = withTimeLimit(never, { limit: 60_000, signal });
  stop.abort(new Error("enough"));
  await assertRejects(() => running, Error, "enough");
  let hasRun = false;
  const run = () => Promise.resolve(void (hasRun = true));
  await assertRejects(
    () => withTimeLimit(run, { limit: 60_000, signal }),
    Error,
    "enough",
  );
  assertEquals(hasRun, false);
});
