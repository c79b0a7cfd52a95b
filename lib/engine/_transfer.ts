import { formatDuration } from "../time/duration.ts";
import { TimeLimitError, Watchdog } from "../time/watchdog.ts";
import { readMessages } from "./_read_messages.ts";
import { registryAuthHeader } from "./_registry_auth.ts";
import type { EngineClient, EngineRequest } from "./client.ts";
import { EngineTimeoutError } from "./errors.ts";
import type { OnEngineMessage } from "./message.ts";
import type { TransferOptions } from "./transfer_options.ts";

/** The request of a pull or a push, without what every transfer has. */
export type TransferRequest = Pick<
  EngineRequest,
  "action" | "path" | "query"
>;

/**
 * Has the engine pull or push, and reads its messages to their end. The engine
 * (20.10) waits without end for a registry that accepts and never answers, and
 * says nothing meanwhile: only its silence tells.
 *
 * @param onMessage takes the messages in order; the time it takes is no silence
 * of the engine
 * @throws {EngineTimeoutError} when it stalls
 * @throws {EngineError} of any other kind
 */
export async function transfer(
  client: EngineClient,
  request: TransferRequest,
  options: TransferOptions & { onMessage: OnEngineMessage },
): Promise<void> {
  const { credentials, idleTimeout, onMessage, signal } = options;
  const { action } = request;
  using watchdog = new Watchdog({ idleTimeout, signal });
  try {
    const response = await client.request({
      ...request,
      method: "POST",
      // Engine 20.10 answers 400 to a push without the header.
      headers: registryAuthHeader(credentials),
      signal: watchdog.signal,
    });
    await readMessages(response, {
      action,
      signal: watchdog.signal,
      onMessage: (message) => {
        const pending = onMessage(message);
        if (pending === undefined) return watchdog.touch();
        watchdog.pause();
        return pending.then(() => watchdog.touch());
      },
    });
  } catch (error) {
    const isOurs = error instanceof TimeLimitError && !signal?.aborted;
    if (!isOurs) throw error;
    const duration = formatDuration(error.milliseconds);
    throw new EngineTimeoutError(
      `it stalled: the registry neither sent nor took anything for ${duration}`,
      { action, cause: error, isStalled: true },
    );
  }
}
