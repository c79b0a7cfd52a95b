import type { BuildReporter } from "../manager/manager.ts";
import type { BuildObserver } from "./observer.ts";

/** Sends entries of the log as `send` does, and tells of those that arrived. */
export function observedLog(
  send: BuildReporter["log"],
  observer: BuildObserver | undefined,
): BuildReporter["log"] {
  if (observer === undefined) return send;
  const encoder = new TextEncoder();
  return async (phase, entry, signal) => {
    const goOn = await send(phase, entry, signal);
    const text = entry.stream ?? entry.status ?? "";
    observer({ kind: "log-sent", bytes: encoder.encode(text).length });
    return goOn;
  };
}

/** The bytes of a context as they are, and tells of each chunk that is taken. */
export function observedContext(
  context: ReadableStream<Uint8Array>,
  observer: BuildObserver | undefined,
): ReadableStream<Uint8Array> {
  if (observer === undefined) return context;
  return context.pipeThrough(
    new TransformStream({
      transform(chunk, controller) {
        controller.enqueue(chunk);
        observer({ kind: "context-sent", bytes: chunk.length });
      },
    }),
  );
}
