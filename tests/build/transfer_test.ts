import { assertEquals, assertInstanceOf } from "@std/assert";
import { runTransfer } from "../../lib/build/transfer.ts";
import { EngineTimeoutError } from "../../lib/engine/errors.ts";
import type { TransferOptions } from "../../lib/engine/transfer_options.ts";

/** A pull of which the caller decides when it gives up, once it has to. */
function start(limit: number, signal: AbortSignal) {
  const late = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const run = ({ signal }: TransferOptions) =>
    new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", async () => {
        late.resolve();
        await release.promise;
        reject(signal.reason);
      });
    });
  const failed = runTransfer(
    { subject: 'pull image "x"', direction: "pull", run },
    { limit, signal, onRetry: () => {} },
  ).catch((error) => error);
  return { late: late.promise, giveUp: release.resolve, failed };
}

Deno.test("a transfer that takes too long says which setting allows more", async () => {
  const { late, giveUp, failed } = start(1, new AbortController().signal);
  await late;
  giveUp();
  const error = await failed;
  assertInstanceOf(error, EngineTimeoutError);
  assertEquals(error.detail.includes("PULL_TIMEOUT"), true, error.detail);
});

Deno.test("a transfer that is cancelled after its time was up is cancelled", async () => {
  const cancel = new AbortController();
  const { late, giveUp, failed } = start(1, cancel.signal);
  await late;
  const reason = new DOMException("The build is cancelled", "AbortError");
  cancel.abort(reason);
  giveUp();
  assertEquals(await failed === reason, true);
});
