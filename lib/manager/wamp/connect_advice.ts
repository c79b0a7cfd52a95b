import type { ConnectErrorKind } from "../../wamp/connect_error.ts";

/**
 * What an operator can do about a manager that cannot be connected to, one
 * clause; `undefined` where the error itself says it.
 */
export function connectAdvice(kind: ConnectErrorKind): string | undefined {
  switch (kind) {
    case "name":
      return "check the host in ENDPOINT or SERVER, and this machine's name resolution";
    case "refused":
      return "check the host and the port in ENDPOINT or SERVER, whether the Build Manager runs there, and firewalls";
    case "timeout":
      return "something on the way swallows the connection: check firewalls, routes and proxies";
    case "not_websocket":
      return "check the port and the path: ENDPOINT is used as it is, to SERVER the path of the Build Manager is added";
    case "subprotocol":
      return "what answers is no Build Manager: check the port and the path in ENDPOINT or SERVER";
    case "other":
      return "check ENDPOINT or SERVER, and what stands between";
    case "proxy":
    case "tls":
      return undefined;
  }
}
