/**
 * A port of loopback at which nobody listens: for programs that take no 0, and
 * for connections that are to be refused.
 */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
