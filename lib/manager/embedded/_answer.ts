import type { InvocationResult } from "../../wamp/registration.ts";
import { type Answer, GARBAGE, NEVER } from "./answers.ts";

/** Turns an answer into what goes over the wire, trouble included. */
export function toResult(
  answer: Answer<unknown>,
  signal: AbortSignal,
): InvocationResult | Promise<never> {
  if (answer === NEVER) return never(signal);
  if (answer === GARBAGE) return { args: [{ garbage: ["☃", null, 1.5] }] };
  return { args: [answer] };
}

/** Waits until nobody can hear the answer any more. */
function never(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason));
  if (signal.aborted) reject(signal.reason);
  return promise;
}
