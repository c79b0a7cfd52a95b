import { assertEquals } from "@std/assert";
import { Secret } from "../../lib/secret/secret.ts";

const secret = new Secret("s3cret-value");

Deno.test("every way of turning a secret into text gives the placeholder", () => {
  assertEquals(String(secret), "[secret]");
  assertEquals(`${secret}`, "[secret]");
  assertEquals(JSON.stringify({ secret }), `{"secret":"[secret]"}`);
  assertEquals(Deno.inspect({ secret }), "{ secret: [secret] }");
});

Deno.test("a secret reveals its value to the one who asks", () => {
  assertEquals(secret.reveal(), "s3cret-value");
});

Deno.test("an empty secret says so", () => {
  assertEquals(new Secret("").isEmpty, true);
  assertEquals(secret.isEmpty, false);
});
