import { assertEquals } from "@std/assert";
import { decodeBase64 } from "@std/encoding";
import {
  registryAuthHeader,
  registryConfigHeader,
} from "../../lib/engine/_registry_auth.ts";
import { Secret } from "../../lib/secret/secret.ts";

function decode(header: string | undefined): unknown {
  const base64 = (header ?? "").replaceAll("-", "+").replaceAll("_", "/");
  return JSON.parse(new TextDecoder().decode(decodeBase64(base64)));
}

function credentials(registry: string, password = "secret") {
  return { registry, username: "$token", password: new Secret(password) };
}

Deno.test("X-Registry-Auth holds the credentials, or none", () => {
  assertEquals(registryAuthHeader(undefined), { "X-Registry-Auth": "e30=" });
  const header = registryAuthHeader(credentials("quay.io:443", "ü~?>"));
  assertEquals(decode(header["X-Registry-Auth"]), {
    username: "$token",
    password: "ü~?>",
    serveraddress: "quay.io:443",
  });
});

Deno.test("Headers are base64url with padding, whatever they hold", () => {
  for (let length = 0; length < 12; length++) {
    const password = "ÿ?>~".repeat(3).slice(0, length);
    const header = registryAuthHeader(credentials("h", password));
    const value = header["X-Registry-Auth"] ?? "";
    assertEquals(/^[\w-]+={0,2}$/.test(value), true, value);
    assertEquals(value.length % 4, 0);
  }
});

Deno.test("X-Registry-Config has each registry under the key that the engine looks for", () => {
  const header = registryConfigHeader([
    credentials("quay.io"),
    credentials("registry:5000"),
    credentials("docker.io"),
  ]);
  const entry = { username: "$token", password: "secret" };
  assertEquals(decode(header["X-Registry-Config"]), {
    "quay.io": entry,
    "registry:5000": entry,
    "https://index.docker.io/v1/": entry,
  });
});
