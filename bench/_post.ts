/** Posts a stream to a server on a unix socket, as a build's context is. */
export async function post(
  socket: string,
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  using client = Deno.createHttpClient({
    proxy: { transport: "unix", path: socket },
  });
  const response = await fetch("http://localhost/", {
    method: "POST",
    body,
    client,
  });
  await response.body?.cancel();
}
