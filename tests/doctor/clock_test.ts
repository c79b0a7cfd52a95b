import { CLOCK } from "../../lib/doctor/clock.ts";
import { assertFinding, assertHealthy, look } from "./_look.ts";

/** A server whose clock is off by so many minutes. */
function serve(minutes: number): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () =>
      new Response(null, {
        headers: {
          Date: new Date(Date.now() + minutes * 60_000).toUTCString(),
        },
      }),
  );
}

Deno.test("a clock that agrees with the manager's is healthy", async () => {
  await using server = serve(2);
  const ENDPOINT = `ws://127.0.0.1:${server.addr.port}/b1/socket`;
  assertHealthy(await look(CLOCK, { ENDPOINT }));
});

Deno.test("a clock more than five minutes off is wrong, either way", async () => {
  for (const [minutes, side] of [[9, "behind"], [-9, "ahead of"]] as const) {
    await using server = serve(minutes);
    const registry = `127.0.0.1:${server.addr.port}`;
    assertFinding(await look(CLOCK, {}, { registry }), {
      verdict: "wrong",
      message: new RegExp(`it is 9 minutes ${side} that of ${registry}`),
      advice: /NTP/,
    });
  }
});

Deno.test("where nobody tells the time, the clock is not checked", async () => {
  assertFinding(await look(CLOCK, { ENDPOINT: "ws://127.0.0.1:1" }), {
    verdict: "unchecked",
    message: /no server/,
  });
});
