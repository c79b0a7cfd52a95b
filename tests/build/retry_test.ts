import { assertEquals, assertRejects } from "@std/assert";
import { withRetries } from "../../lib/build/retry.ts";
import { EngineHttpError } from "../../lib/engine/errors.ts";

function httpError(status: number): EngineHttpError {
  return new EngineHttpError("it does not work", {
    action: "pull image",
    status,
  });
}

const signal = new AbortController().signal;

Deno.test("a transfer that recovers is tried again and told of", async () => {
  const told: { left: number; wait: number }[] = [];
  let tries = 0;
  const result = await withRetries(() => {
    tries++;
    return tries < 3 ? Promise.reject(httpError(503)) : Promise.resolve("done");
  }, {
    signal,
    firstWait: 1,
    onRetry: ({ left, wait }) => void told.push({ left, wait }),
  });
  assertEquals(result, "done");
  assertEquals(told, [{ left: 2, wait: 1 }, { left: 1, wait: 2 }]);
});

Deno.test("a registry that wants fewer requests is left alone longer", async () => {
  const waits: number[] = [];
  await assertRejects(() =>
    withRetries(() => Promise.reject(httpError(429)), {
      signal,
      firstWait: 1,
      onRetry: ({ wait }) => void waits.push(wait),
    })
  );
  assertEquals(waits, [15, 30]);
});

Deno.test("the third failure is the last, and is what comes out", async () => {
  let tries = 0;
  const error = await assertRejects(
    () =>
      withRetries(() => Promise.reject((tries++, httpError(503))), {
        signal,
        firstWait: 1,
        onRetry: () => {},
      }),
    EngineHttpError,
  );
  assertEquals([tries, error.status], [3, 503]);
});

Deno.test("what cannot get better is not tried again", async () => {
  for (const status of [400, 401, 403, 404]) {
    let tries = 0;
    await assertRejects(
      () =>
        withRetries(() => (tries++, Promise.reject(httpError(status))), {
          signal,
          firstWait: 1,
          onRetry: () => {},
        }),
      EngineHttpError,
    );
    assertEquals(tries, 1);
  }
});

Deno.test("cancellation ends the waiting with its reason", async () => {
  const controller = new AbortController();
  const reason = new Error("cancelled");
  const error = await assertRejects(() =>
    withRetries(() => Promise.reject(httpError(503)), {
      signal: controller.signal,
      firstWait: 60_000,
      onRetry: () => controller.abort(reason),
    })
  );
  assertEquals(error, reason);
});
