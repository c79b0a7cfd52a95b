/**
 * A server on a unix socket that throws away what is posted to it, in a process
 * of its own: `_sink.ts PATH`. It prints a line when it is ready.
 */
const [path = ""] = Deno.args;

Deno.serve({
  path,
  transport: "unix",
  onListen: () => Deno.stdout.writeSync(new TextEncoder().encode("ready\n")),
}, async (request) => {
  await request.body?.pipeTo(new WritableStream());
  return new Response();
});
