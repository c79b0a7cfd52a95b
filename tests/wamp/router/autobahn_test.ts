import { assertEquals } from "@std/assert";
import { Router } from "../../../lib/wamp/router/router.ts";
import { listenWebSocket } from "../../../lib/wamp/router/web_socket_listener.ts";

Deno.test("the router serves the client of the package autobahn", async () => {
  const violations: string[] = [];
  await using router = new Router({
    acceptFeatures: true,
    onViolation: ({ message }) => violations.push(message),
  });
  await using listener = await listenWebSocket((peer) => router.attach(peer));
  const script = new URL("_autobahn_client.ts", import.meta.url);
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", script.href, listener.url],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assertEquals(code, 0, text(stderr));
  assertEquals(JSON.parse(text(stdout)), {
    echo: { args: [1, "ü", 3], kwargs: { x: [null] } },
    failure: {
      uri: "com.example.bad",
      args: ["no"],
      kwargs: { base_error: "x" },
    },
    missing: {
      uri: "wamp.error.no_such_procedure",
      args: ['Nobody has registered "a.none"'],
      kwargs: {},
    },
    isPublicationAnId: true,
    event: { args: [1], kwargs: { y: 2 } },
  });
  assertEquals(violations, []);
  assertEquals(router.sessions, []);
});
