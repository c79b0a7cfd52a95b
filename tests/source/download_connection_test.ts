import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { toText } from "@std/streams";
import { BuildFailure } from "../../lib/build/failure.ts";
import { Secret } from "../../lib/secret/secret.ts";
import { download } from "../../lib/source/download.ts";
import { createTlsClient } from "../../lib/tls/http_client.ts";
import { Authority, type Certificate } from "../support/certificates.ts";
import { freePort } from "../support/free_port.ts";

/** Serves what `handler` answers on loopback. */
function serve(
  handler: (request: Request) => Response,
  certificate?: Certificate,
): Deno.HttpServer<Deno.NetAddr> {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  return certificate
    ? Deno.serve({
      ...options,
      cert: certificate.cert,
      key: certificate.key,
    }, handler)
    : Deno.serve(options, handler);
}

Deno.test("download trusts an own authority where it is told to", async () => {
  await using authority = await Authority.create();
  const certificate = await authority.issue("store");
  await using server = serve(() => new Response("package"), certificate);
  const url = new Secret(`https://localhost:${server.addr.port}/package`);
  using client = createTlsClient({ authorities: authority.cert });
  const { body } = await download(url, { client });
  assertEquals(await toText(body), "package");
  const { message } = await assertRejects(() => download(url), BuildFailure);
  assertStringIncludes(message, "add its CA with TLS_CA_PATH");
});

Deno.test("download gives a URL's login to its host and port alone", async () => {
  const seen: Record<string, string>[] = [];
  await using foreign = serve((request) => {
    seen.push(Object.fromEntries(request.headers));
    return new Response("package");
  });
  const logins: (string | null)[] = [];
  await using own = serve((request) => {
    logins.push(request.headers.get("authorization"));
    const location = `http://127.0.0.1:${foreign.addr.port}/package`;
    return new Response(null, { status: 302, headers: { location } });
  });
  const url = new Secret(
    `http://me:passw0rd@127.0.0.1:${own.addr.port}/package?token=s1gnature`,
  );
  const { body } = await download(url);
  assertEquals(await toText(body), "package");
  assertEquals(logins, [`Basic ${btoa("me:passw0rd")}`]);
  const [headers = {}] = seen;
  const text = JSON.stringify(headers);
  for (const secret of ["passw0rd", btoa("me:passw0rd"), "s1gnature"]) {
    assertEquals(text.includes(secret), false, text);
  }
});

Deno.test("a proxy that is not there is told in place of the server", async () => {
  const proxy = `http://127.0.0.1:${freePort()}`;
  using client = Deno.createHttpClient({ proxy: { url: proxy } });
  const error = await assertRejects(
    () =>
      download(new Secret("http://packages.invalid/p.tgz"), {
        client,
        proxies: { http: new Secret(proxy) },
        maxAttempts: 1,
      }),
    BuildFailure,
  );
  assertStringIncludes(
    error.message,
    `the proxy "${new URL(proxy).host}" on the way cannot be reached`,
  );
});

Deno.test("download follows no redirect from HTTPS to HTTP", async () => {
  await using authority = await Authority.create();
  const certificate = await authority.issue("store");
  let requests = 0;
  await using plain = serve(() => {
    requests++;
    return new Response("package");
  });
  const host = `127.0.0.1:${plain.addr.port}`;
  await using server = serve(
    () => Response.redirect(`http://${host}/package?token=s1gnature`),
    certificate,
  );
  using client = createTlsClient({ authorities: authority.cert });
  const url = new Secret(`https://localhost:${server.addr.port}/package`);
  const { message } = await assertRejects(
    () => download(url, { client }),
    BuildFailure,
  );
  assertStringIncludes(message, `redirects from HTTPS to "http://${host}"`);
  assertEquals(message.includes("s1gnature"), false);
  assertEquals(requests, 0);
});
