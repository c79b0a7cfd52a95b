/** A TCP proxy that can play a dead network. */
export interface Proxy extends AsyncDisposable {
  readonly port: number;
  /** Passes nothing on any more; connections stay as they are. */
  freeze(): void;
}

/** Passes connections on to `port` of the loopback interface. */
export function startProxy(port: number): Proxy {
  const hostname = "127.0.0.1";
  const listener = Deno.listen({ hostname, port: 0 });
  const connections = new Set<Deno.Conn>();
  const pumps = new Set<Promise<void>>();
  let isFrozen = false;

  const pump = async (from: Deno.Conn, to: Deno.Conn) => {
    try {
      for await (const chunk of from.readable) {
        if (isFrozen) return;
        await to.write(chunk);
      }
      to.close();
    } catch {
      // One side is gone: the other one will notice.
    }
  };
  const accept = async () => {
    for await (const inner of listener) {
      const outer = await Deno.connect({ hostname, port });
      connections.add(inner).add(outer);
      pumps.add(pump(inner, outer)).add(pump(outer, inner));
    }
  };
  const accepting = accept();

  return {
    port: listener.addr.port,
    freeze() {
      isFrozen = true;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of connections) {
        try {
          connection.close();
        } catch {
          // Closed already.
        }
      }
      await accepting;
      await Promise.all(pumps);
    },
  };
}
