import { assertEquals } from "@std/assert";
import { openConnections } from "../../lib/config/connections.ts";
import { loadConfig } from "../../lib/config/config.ts";
import { Redactor } from "../../lib/secret/redactor.ts";

Deno.test("what the Build Manager's address holds beside the place is a secret", async () => {
  const texts = {
    ENDPOINT: "wss://user-secret@quay.example.com/b1/socket?key=query-secret",
    HTTPS_PROXY: "http://me:proxy-secret@127.0.0.1:3128",
  };
  const config = loadConfig((name) => texts[name as keyof typeof texts]);
  using connections = await openConnections(config);
  const { href } = config.endpoint;
  const redactor = new Redactor(connections.secrets);
  const text = `${href} user-secret key=query-secret proxy-secret`;
  const shown = redactor.redact(text);
  assertEquals(shown.includes("-secret"), false, shown);
  assertEquals(shown.includes("quay.example.com/b1/socket"), true, shown);
});
