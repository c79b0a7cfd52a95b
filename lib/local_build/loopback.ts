/**
 * A client for one port of this machine. The proxies that the environment names
 * are not on the way there, which Deno 2.9 would otherwise ask even for
 * loopback.
 */
export function loopbackClient(port: number): Deno.HttpClient {
  return Deno.createHttpClient({
    proxy: { transport: "tcp", hostname: "127.0.0.1", port },
  });
}
