import { assertEquals } from "@std/assert";
import { PROXIES } from "../../lib/doctor/proxies.ts";
import { ForwardProxy } from "../support/forward_proxy.ts";
import { assertFinding, assertHealthy, look } from "./_look.ts";

Deno.test("a proxy that is there is healthy, and its login not told", async () => {
  await using proxy = new ForwardProxy({
    login: { username: "user", password: "pr0xy-password" },
  });
  const findings = await look(PROXIES, { HTTPS_PROXY: proxy.url });
  assertHealthy(findings);
  assertEquals(JSON.stringify(findings).includes("pr0xy"), false);
});

Deno.test("a proxy that is not there is wrong", async () => {
  assertFinding(await look(PROXIES, { HTTP_PROXY: "http://127.0.0.1:1" }), {
    verdict: "wrong",
    message: /HTTP_PROXY: 127\.0\.0\.1:1 cannot be reached/,
    advice: /Correct HTTP_PROXY/,
  });
});

Deno.test("an engine of the own network behind a proxy is worth a word", async () => {
  await using proxy = new ForwardProxy();
  const settings = {
    HTTP_PROXY: proxy.url,
    DOCKER_HOST: "tcp://10.1.2.3:2375",
  };
  assertFinding(await look(PROXIES, settings), {
    verdict: "warning",
    message: /the engine at 10\.1\.2\.3/,
    advice: /add 10\.1\.2\.3 to NO_PROXY/,
  });
  assertHealthy(
    await look(PROXIES, { ...settings, NO_PROXY: "localhost,10.0.0.0/8" }),
  );
});

Deno.test("the advice for an address is one that NO_PROXY can have", async () => {
  await using proxy = new ForwardProxy();
  const settings = {
    HTTP_PROXY: proxy.url,
    DOCKER_HOST: "tcp://[fd00::1]:2375",
  };
  assertFinding(await look(PROXIES, settings), {
    verdict: "warning",
    message: /the engine at \[fd00::1\]/,
    advice: /add fd00::1 to NO_PROXY/,
  });
  assertHealthy(await look(PROXIES, { ...settings, NO_PROXY: "fd00::1" }));
});

Deno.test("an entry of NO_PROXY that names no host is worth a word", async () => {
  await using proxy = new ForwardProxy();
  const settings = {
    HTTP_PROXY: proxy.url,
    NO_PROXY: "localhost,*.intern,[::1]",
  };
  assertFinding(await look(PROXIES, settings), {
    verdict: "warning",
    message: /NO_PROXY names no host with "\*\.intern", "\[::1\]"/,
    advice: /without \* and port/,
  });
});

Deno.test("addresses of the own network are local, and names that look like them are not", async () => {
  await using proxy = new ForwardProxy();
  const warned = async (host: string) => {
    const findings = await look(PROXIES, {
      HTTP_PROXY: proxy.url,
      DOCKER_HOST: `tcp://${host}:2375`,
    });
    return findings.some(({ verdict }) => verdict === "warning");
  };
  for (const host of ["engine", "127.0.0.2", "172.16.0.1", "[fd00::1]"]) {
    assertEquals(await warned(host), true, host);
  }
  for (const host of ["fdroid.example.com", "10.example.com", "172.32.0.1"]) {
    assertEquals(await warned(host), false, host);
  }
});
