import { shownUrl } from "../secret/shown_url.ts";

/**
 * What kept a connection from being made.
 *
 * - `name`: the host's name cannot be resolved
 * - `refused`: nothing accepts connections there
 * - `proxy`: the proxy on the way does not connect to it
 * - `tls`: no secure connection could be agreed on
 * - `not_websocket`: something else answers there
 * - `subprotocol`: a WebSocket server that does not speak WAMP in JSON
 * - `timeout`: no answer in time
 * - `other`: anything else
 */
export type ConnectErrorKind =
  | "name"
  | "refused"
  | "proxy"
  | "tls"
  | "not_websocket"
  | "subprotocol"
  | "timeout"
  | "other";

/** No WAMP connection could be made. */
export class ConnectError extends Error {
  override readonly name = "ConnectError";
  readonly kind: ConnectErrorKind;
  /** Where to, without user, password and query. */
  readonly url: string;

  constructor(
    url: URL,
    kind: ConnectErrorKind,
    detail: string,
    options?: ErrorOptions,
  ) {
    const shown = shownUrl(url);
    super(`Cannot connect to "${shown}": ${detail}`, options);
    this.kind = kind;
    this.url = shown;
  }
}
