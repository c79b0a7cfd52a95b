import { abortable } from "@std/async/abortable";
import { EngineStreamError } from "./errors.ts";
import {
  type EngineMessage,
  MessageDecoder,
  type OnEngineMessage,
} from "./message.ts";

/** Options of {@linkcode readMessages}. */
export interface ReadMessagesOptions {
  /** What the answer is about, as it reads after "Cannot" in an error. */
  action: string;
  onMessage: OnEngineMessage;
  /** Ends the wait for what `onMessage` returned. */
  signal?: AbortSignal | undefined;
}

/**
 * Reads an answer's messages to their end, as fast as `onMessage` takes them.
 * Whatever it fails with cancels the answer.
 *
 * @throws {EngineStreamError} at the message that tells of a failure.
 * @throws {EngineError} of kind `unavailable`, `truncated` or `protocol`.
 */
export async function readMessages(
  response: Response,
  { action, onMessage, signal }: ReadMessagesOptions,
): Promise<void> {
  const decoder = new MessageDecoder({ action });
  const handle = async (messages: Iterable<EngineMessage>) => {
    for (const message of messages) {
      if (message.error !== undefined) {
        throw new EngineStreamError(message.error.message, {
          action,
          ...(message.error.code !== undefined && { code: message.error.code }),
        });
      }
      const pending = onMessage(message);
      if (pending === undefined) continue;
      await (signal === undefined ? pending : abortable(pending, signal));
    }
  };
  for await (const chunk of response.body ?? []) {
    await handle(decoder.push(chunk));
  }
  await handle(decoder.end());
}
