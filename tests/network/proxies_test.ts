import { assertEquals, assertThrows } from "@std/assert";
import {
  hasLogin,
  parseProxyUrl,
  proxyVariables,
  secretsOfProxies,
} from "../../lib/network/proxies.ts";
import { Secret } from "../../lib/secret/secret.ts";

Deno.test("a proxy's URL is read with and without a scheme", () => {
  const cases = {
    "http://proxy:3128": "http://proxy:3128",
    "proxy.example.com:3128": "http://proxy.example.com:3128",
    "me:pass@proxy:1": "http://me:pass@proxy:1",
    "socks5://proxy:1080": "socks5://proxy:1080",
    "https://proxy/": "https://proxy",
  };
  for (const [text, url] of Object.entries(cases)) {
    assertEquals(parseProxyUrl(text).reveal(), url);
  }
  for (
    const text of ["", "://", "ftp://proxy", "http://", "a b:1", "x:99999"]
  ) {
    assertThrows(() => parseProxyUrl(text), TypeError, "http://");
  }
});

Deno.test("programs get the proxies in both cases, and nothing that is not set", () => {
  const http = new Secret("http://a");
  assertEquals(proxyVariables({}), {});
  assertEquals(proxyVariables({ http, exceptions: "b,c" }), {
    HTTP_PROXY: "http://a",
    http_proxy: "http://a",
    NO_PROXY: "b,c",
    no_proxy: "b,c",
  });
});

Deno.test("a proxy's login is known for a secret", () => {
  const https = new Secret("http://me:p%40ssword@proxy:1");
  const secrets = secretsOfProxies({ https }).map((secret) => secret.reveal());
  assertEquals(secrets, ["p%40ssword", "p@ssword"]);
  assertEquals(hasLogin(https), true);
  assertEquals(hasLogin(new Secret("http://proxy:1")), false);
});
