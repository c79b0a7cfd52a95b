import { assertEquals, assertThrows } from "@std/assert";
import {
  hasLogin,
  idleExceptions,
  parseProxyUrl,
  proxyFor,
  proxyVariables,
  secretsOfProxies,
} from "../../lib/network/proxies.ts";
import { Secret } from "../../lib/secret/secret.ts";
import { ForwardProxy } from "../support/forward_proxy.ts";
import { freePort } from "../support/free_port.ts";

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

/** Hosts, lists of exceptions, and whether a proxy is asked nevertheless. */
const EXCEPTIONS: readonly (readonly [string, string, "direct" | "proxy"])[] = [
  ["localhost", "", "proxy"],
  ["localhost", "quay , localhost", "direct"],
  ["localhost", "*", "direct"],
  ["localhost", "LOCALHOST", "proxy"],
  ["localhost", "localhost:1", "proxy"],
  ["localhost", ".localhost", "direct"],
  ["localhost", "*.localhost", "proxy"],
  ["localhost", "host", "proxy"],
  ["localhost", "127.0.0.1", "proxy"],
  ["localhost", "127.0.0.0/8", "proxy"],
  ["a.intern.invalid", "intern.invalid", "direct"],
  ["a.intern.invalid", ".intern.invalid", "direct"],
  ["a.intern.invalid", "*.intern.invalid", "proxy"],
  ["a.intern.invalid", "*intern.invalid", "proxy"],
  ["a.intern.invalid", "..intern.invalid", "proxy"],
  ["a.intern.invalid", "tern.invalid", "proxy"],
  ["127.0.0.1", "127.0.0.1", "direct"],
  ["127.0.0.1", "127.0.0.0/8", "direct"],
  ["127.0.0.1", "127.9.9.9/8", "direct"],
  ["127.0.0.1", "0.0.0.0/0", "direct"],
  ["127.0.0.1", "10.0.0.0/8", "proxy"],
  ["127.0.0.1", "127.0.0.1/33", "proxy"],
  ["127.0.0.1", "127.0.0.1/", "proxy"],
  ["127.0.0.1", "0.0.1", "proxy"],
  ["127.0.0.1", ".0.0.1", "proxy"],
  ["127.0.0.1", "127.1", "proxy"],
  ["127.0.0.1", "127.00.0.1", "proxy"],
  ["127.0.0.1", "127.0.0.1:1", "proxy"],
  ["127.0.0.1", "::/0", "proxy"],
  ["127.0.0.1", "*", "proxy"],
  ["[::1]", "::1", "direct"],
  ["[::1]", "0:0::1", "direct"],
  ["[::1]", "::/8", "direct"],
  ["[::1]", "::1/128", "direct"],
  ["[::1]", "fd00::/8", "proxy"],
  ["[::1]", "[::1]", "proxy"],
  ["[::1]", "0.0.0.0/0", "proxy"],
  ["[::1]", "*", "proxy"],
];

Deno.test("exceptions are those that the runtime makes of NO_PROXY", async () => {
  await using proxy = new ForwardProxy();
  const http = new Secret(proxy.url);
  // Nobody listens there.
  const port = freePort();
  for (const [host, exceptions, expected] of EXCEPTIONS) {
    const what = `${host} with "${exceptions}"`;
    const url = new URL(`http://${host}:${port}/`);
    const before = proxy.requests.length;
    await fetchOnce(url, { HTTP_PROXY: proxy.url, NO_PROXY: exceptions });
    const isAsked = proxy.requests.length > before;
    assertEquals(isAsked ? "proxy" : "direct", expected, `Deno: ${what}`);
    const told = proxyFor(url, { http, exceptions });
    assertEquals(told ? "proxy" : "direct", expected, what);
  }
});

/** The runtime reads the environment whenever a client is made. */
async function fetchOnce(
  url: URL,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [name, value] of Object.entries(env)) Deno.env.set(name, value);
  try {
    using client = Deno.createHttpClient({});
    const response = await fetch(url, { client });
    await response.body?.cancel();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  } finally {
    for (const name of Object.keys(env)) Deno.env.delete(name);
  }
}

Deno.test("exceptions that no host can have are known", () => {
  const idle = [
    ..."*.a.invalid *a.invalid a.invalid:80 A.invalid https://a.invalid . a/8"
      .split(" "),
    ..."[::1] [::1]:80 127.0.0.1:80 .127.0.0.1 127.1 10.0.0.0/33 ::/129"
      .split(" "),
    "a b",
    "b\u00fccher.invalid",
  ];
  const meant =
    "* a a.invalid .a.invalid a_b.invalid xn--bcher-kva.invalid 10.0.0.1 10.0.0.0/8 ::1 fd00::/8"
      .split(" ");
  const exceptions = ["", ...meant, ...idle].join(" , ");
  assertEquals(idleExceptions({ exceptions }), idle);
  assertEquals(idleExceptions({}), []);
});
