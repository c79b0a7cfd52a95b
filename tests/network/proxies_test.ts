import { assertEquals, assertThrows } from "@std/assert";
import {
  hasLogin,
  parseProxyUrl,
  proxyFor,
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

Deno.test("the proxy for a URL is that of its scheme, and is told without its login", () => {
  const proxies = {
    http: new Secret("http://me:password@plain:3128"),
    https: new Secret("http://secure:3129"),
    exceptions: "intern",
  };
  const cases = {
    "http://quay/": "plain:3128",
    "ws://quay/b1/socket": "plain:3128",
    "https://quay/": "secure:3129",
    "wss://quay:8443/b1/socket": "secure:3129",
    "wss://quay.intern/": undefined,
  };
  for (const [url, proxy] of Object.entries(cases)) {
    assertEquals(proxyFor(new URL(url), proxies), proxy, url);
  }
  assertEquals(proxyFor(new URL("ws://quay"), {}), undefined);
});

Deno.test("NO_PROXY names hosts, all below them, addresses and networks", () => {
  const isReachedDirectly = (host: string, exceptions: string) =>
    proxyFor(new URL(`http://${host}:5000/`), {
      http: new Secret("http://proxy:3128"),
      exceptions,
    }) === undefined;
  const yes = [
    ["quay", "localhost,quay"],
    ["a.example.com", "example.com"],
    ["a.example.com", ".example.com"],
    ["a.example.com", "*.example.com"],
    ["10.9.8.7", "10.0.0.0/8"],
    ["anything", "*"],
  ] as const;
  const no = [
    ["quay", ""],
    ["notexample.com", "example.com"],
    ["11.9.8.7", "10.0.0.0/8"],
    ["quay", "10.0.0.0/8"],
  ] as const;
  for (const [host, list] of yes) {
    assertEquals(isReachedDirectly(host, list), true);
  }
  for (const [host, list] of no) {
    assertEquals(isReachedDirectly(host, list), false);
  }
});
