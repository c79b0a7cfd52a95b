import {
  assertEquals,
  assertFalse,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { toText } from "@std/streams";
import { BuildFailure } from "../../lib/build/failure.ts";
import { Redactor } from "../../lib/secret/redactor.ts";
import { Secret } from "../../lib/secret/secret.ts";
import { download, type DownloadOptions } from "../../lib/source/download.ts";

const QUERY = "?X-Amz-Signature=s1gnature";
/** A path whose characters end a URL for some who look for one in a text. */
const PATH = `/a'(b),"c"/d`;
const FAST: DownloadOptions = { minRetryDelay: 1 };

/** Answers a request, of which it is told the number. */
type Handler = (request: Request, count: number) => Response;

/** A web server on loopback. */
class WebServer implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  requests = 0;

  constructor(handler: Handler) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => handler(request, ++this.requests),
    );
  }

  get host(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  get url(): Secret {
    return new Secret(`http://${this.host}${PATH}${QUERY}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }
}

/** A server that writes the same bytes to everyone, and then nothing. */
class RawServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections: Deno.Conn[] = [];
  readonly #closes: boolean;
  readonly #serving: Promise<void>;

  constructor(answer: string, options: { closes: boolean }) {
    this.#closes = options.closes;
    this.#serving = this.#serve(new TextEncoder().encode(answer));
  }

  get url(): Secret {
    return new Secret(
      `http://127.0.0.1:${this.#listener.addr.port}${PATH}${QUERY}`,
    );
  }

  async #serve(answer: Uint8Array): Promise<void> {
    for await (const connection of this.#listener) {
      await connection.read(new Uint8Array(4096));
      await connection.write(answer);
      if (this.#closes) connection.close();
      else this.#connections.push(connection);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
    await this.#serving;
  }
}

async function failureOf(
  url: Secret,
  options: DownloadOptions = FAST,
): Promise<BuildFailure> {
  const failure = await assertRejects(async () => {
    const { body } = await download(url, options);
    await toText(body);
  }, BuildFailure);
  assertEquals(failure.kind, "build_package_issue");
  const shown = Deno.inspect(failure, { depth: 10 });
  assertFalse(/s1gnature|Signature|passw0rd/.test(shown), shown);
  return failure;
}

Deno.test("download gives the body and what the server says of it", async () => {
  await using server = new WebServer(() =>
    new Response("package", {
      headers: { "content-type": "Application/X-Tar; charset=x" },
    })
  );
  const { body, contentType, contentLength } = await download(server.url);
  assertEquals(contentType, "application/x-tar");
  assertEquals(contentLength, 7);
  assertEquals(await toText(body), "package");
});

Deno.test("download says nothing of what the server does not say", async () => {
  await using server = new WebServer(() =>
    new Response(ReadableStream.from([new Uint8Array(3)]))
  );
  const { body, contentType, contentLength } = await download(server.url);
  assertEquals([contentType, contentLength], [undefined, undefined]);
  assertEquals((await toText(body)).length, 3);
});

Deno.test("download leaves a package as compressed as it is stored", async () => {
  await using server = new WebServer((request) => {
    assertEquals(request.headers.get("accept-encoding"), "identity");
    const headers = { "content-encoding": "gzip" };
    return new Response(new Uint8Array([31, 139, 8, 0]), { headers });
  });
  const { body, contentLength } = await download(server.url);
  assertEquals(contentLength, 4);
  assertEquals((await new Response(body).bytes()).length, 4);
});

Deno.test("download follows redirects to other servers", async () => {
  await using store = new WebServer(() => new Response("package"));
  await using server = new WebServer(() =>
    Response.redirect(store.url.reveal())
  );
  const { body } = await download(server.url);
  assertEquals(await toText(body), "package");
});

Deno.test("download follows no redirect to a file", async () => {
  await using server = new WebServer(() =>
    new Response(null, {
      status: 302,
      headers: { location: "file:///etc/passwd" },
    })
  );
  const { message } = await failureOf(server.url);
  assertStringIncludes(message, "redirects to what is no address of HTTP");
  assertEquals(server.requests, 1);
});

Deno.test("download does not follow redirects for ever", async () => {
  await using server = new WebServer((request) =>
    Response.redirect(request.url)
  );
  const { message } = await failureOf(server.url);
  assertStringIncludes(message, "redirects more than 20 times");
  assertEquals(server.requests, 21);
});

Deno.test("download takes no error page for a package", async () => {
  await using server = new WebServer(() =>
    new Response("<html>FROM scratch</html>", {
      status: 404,
      statusText: "Not Found",
      headers: { "content-type": "text/html" },
    })
  );
  const { message } = await failureOf(server.url);
  assertStringIncludes(message, `"${server.host}"`);
  assertStringIncludes(message, "404 Not Found");
  assertStringIncludes(message, "start a new build");
  assertFalse(message.includes("html"));
  assertEquals(server.requests, 1);
});

Deno.test("download says why a store refuses a signed URL", async () => {
  await using server = new WebServer((request) =>
    new Response(
      `<?xml version="1.0"?><Error><Code>AccessDenied</Code>` +
        `<Message>Request has expired: ${request.url}</Message>` +
        `<StringToSign>Signature</StringToSign></Error>${"x".repeat(100_000)}`,
      { status: 403 },
    )
  );
  const { message } = await failureOf(server.url);
  assertStringIncludes(message, "403");
  assertStringIncludes(message, "AccessDenied: Request has expired");
});

Deno.test("download knows a secret that a store writes as XML", async () => {
  const redactor = new Redactor([new Secret(`a"b<c>d&e'f`)]);
  const redact = (text: string) => redactor.redact(text);
  await using server = new WebServer(() =>
    new Response(
      "<Message>No: a&quot;b&lt;c&gt;d&amp;e&apos;f &eacute;</Message>",
      { status: 403 },
    )
  );
  const { message } = await failureOf(server.url, { ...FAST, redact });
  assertStringIncludes(message, "No: [secret] &eacute;");
});

Deno.test("download cuts a store's words only where no secret is left", async () => {
  const secret = "a-token-that-is-cut-in-two";
  const redactor = new Redactor([new Secret(secret)]);
  const redact = (text: string) => redactor.redact(text);
  for (const length of [280, 290, 298]) {
    await using server = new WebServer(() =>
      new Response(`<Message>${"x".repeat(length)}${secret}</Message>`, {
        status: 403,
      })
    );
    const { message } = await failureOf(server.url, { ...FAST, redact });
    assertStringIncludes(message, "[s".slice(0, 300 - length));
    assertFalse(message.includes("xa"), message);
  }
});

Deno.test("download does without a body that is none", async () => {
  await using server = new WebServer(() => new Response(null, { status: 204 }));
  assertStringIncludes((await failureOf(server.url)).message, "204");
});

Deno.test("download tries again where a server is overloaded", async () => {
  for (const status of [429, 500, 503]) {
    await using server = new WebServer((_, count) =>
      count < 3 ? new Response("wait", { status }) : new Response("package")
    );
    const { body } = await download(server.url, FAST);
    assertEquals(await toText(body), "package");
    assertEquals(server.requests, 3);
  }
});

Deno.test("download gives up after some tries", async () => {
  await using server = new WebServer(() => new Response("", { status: 503 }));
  const { message } = await failureOf(server.url);
  assertStringIncludes(message, "503");
  assertEquals(server.requests, 3);
});

Deno.test("download says that a body was cut", async () => {
  const answers = [
    "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npackage",
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n7\r\npackage\r\n",
  ];
  for (const answer of answers) {
    await using server = new RawServer(answer, { closes: true });
    const { message } = await failureOf(server.url);
    assertStringIncludes(message, "the connection broke");
  }
});

Deno.test("download says what is wrong with a connection", async (t) => {
  await using server = new WebServer(() => new Response("package"));
  await using mute = new RawServer("", { closes: true });
  using closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = closed.addr;
  closed.close();
  const cases: Record<string, readonly [string, string]> = {
    "no such host": [
      `http://no-such-host.invalid${PATH}${QUERY}`,
      "does not resolve",
    ],
    "nothing listens": [
      `http://127.0.0.1:${port}${PATH}${QUERY}`,
      "accepts no connection",
    ],
    "no TLS": [
      `https://${server.host}${PATH}${QUERY}`,
      "the server does not speak TLS there",
    ],
    "no answer": [mute.url.reveal(), "the connection broke"],
    "a login": [
      `http://me:passw0rd@127.0.0.1:${port}${PATH}${QUERY}`,
      "accepts no connection",
    ],
  };
  for (const [name, [url, reason]] of Object.entries(cases)) {
    await t.step(name, async () => {
      const { message } = await failureOf(new Secret(url));
      assertStringIncludes(message, reason);
    });
  }
});

Deno.test("download goes through the given client", async () => {
  await using proxy = new WebServer((request) => new Response(request.url));
  using client = Deno.createHttpClient({
    proxy: { url: `http://${proxy.host}` },
  });
  const url = new Secret("http://store.invalid/package");
  const { body } = await download(url, { client });
  assertStringIncludes(await toText(body), "store.invalid/package");
});

Deno.test("download refuses what is no HTTP URL", async () => {
  const urls = [
    "",
    "package.tar",
    "file:///etc/passwd",
    "ftp://me:passw0rd@x/",
  ];
  for (const url of urls) await failureOf(new Secret(url));
});

Deno.test("download names the permission that the worker lacks", {
  permissions: { net: false },
}, async () => {
  const { message } = await failureOf(new Secret(`http://127.0.0.1/${QUERY}`));
  assertStringIncludes(message, "net access");
});

Deno.test("download gives up on a silent server", async () => {
  const options = { ...FAST, idleTimeout: 300 };
  await using mute = new RawServer("", { closes: false });
  const before = await failureOf(mute.url, options);
  assertStringIncludes(before.message, "no sign of life for 0.3 seconds");
  assertStringIncludes(before.message, "DOWNLOAD_IDLE_TIMEOUT");
  const head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npackage";
  await using stalled = new RawServer(head, { closes: false });
  const within = await failureOf(stalled.url, options);
  assertStringIncludes(within.message, "no sign of life for 0.3 seconds");
});

Deno.test("download gives up on a server that takes too long", async () => {
  let dripping: ReturnType<typeof setInterval> | undefined;
  await using server = new WebServer(() =>
    new Response(
      new ReadableStream({
        start(controller) {
          const drip = () => controller.enqueue(new Uint8Array(1));
          dripping = setInterval(drip, 50);
        },
        cancel: () => clearInterval(dripping),
      }),
    )
  );
  const { message } = await failureOf(server.url, {
    idleTimeout: 60_000,
    totalTimeout: 300,
  });
  assertStringIncludes(message, "not done after 0.3 seconds");
});

Deno.test("download waits for a reader as long as that takes", async () => {
  await using server = new WebServer(() => new Response("package"));
  const { body } = await download(server.url, { idleTimeout: 200 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  assertEquals(await toText(body), "package");
});

Deno.test("download ends with the signal's reason", async () => {
  const reason = new Error("cancelled");
  const aborted = { signal: AbortSignal.abort(reason) };
  const url = new Secret("http://127.0.0.1/");
  assertEquals(await assertRejects(() => download(url, aborted)), reason);

  await using mute = new RawServer("", { closes: false });
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = assertRejects(() => download(mute.url, { signal }));
  controller.abort(reason);
  assertEquals(await waiting, reason);

  const head = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npackage";
  await using stalled = new RawServer(head, { closes: false });
  const later = new AbortController();
  const { body } = await download(stalled.url, { signal: later.signal });
  const reader = body.getReader();
  await reader.read();
  const reading = assertRejects(() => reader.read());
  later.abort(reason);
  assertEquals(await reading, reason);
});

Deno.test("download lets go of a body that is cancelled", async () => {
  const cancelled = Promise.withResolvers<void>();
  await using server = new WebServer(() =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(1024)),
        cancel: () => cancelled.resolve(),
      }),
    )
  );
  const { body } = await download(server.url);
  await body.cancel();
  await cancelled.promise;
});
