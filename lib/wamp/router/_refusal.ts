import type { ErrorMessage } from "../messages.ts";

/** The router's own refusal of a request. */
export function refusal(
  requestType: number,
  request: number,
  uri: string,
  text: string,
): ErrorMessage {
  return {
    kind: "error",
    requestType,
    request,
    details: {},
    uri,
    args: [text],
    kwargs: {},
  };
}
