import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { TelemetryError } from "../../lib/telemetry/error.ts";
import {
  formatListenAddress,
  type ListenAddress,
} from "../../lib/telemetry/listen_address.ts";
import { type Pages, servePages } from "../../lib/telemetry/web_server.ts";

const ANYWHERE: ListenAddress = { hostname: "127.0.0.1", port: 0 };

const PAGES: Pages = {
  "/text": () => ({ body: "grüße\n" }),
  "/other": () => Promise.resolve({ contentType: "text/csv", body: "a,b\n" }),
  "/ill": () => ({ status: 503, body: "ill\n" }),
  "/broken": () => {
    throw new Error("a detail that is nobody's business");
  },
  "/large": () => ({ body: "x".repeat(50_000_000) }),
};

async function get(
  address: ListenAddress,
  path: string,
  init?: RequestInit,
): Promise<{ status: number; headers: Headers; body: string }> {
  const url = `http://${formatListenAddress(address)}${path}`;
  const response = await fetch(url, init);
  const { status, headers } = response;
  return { status, headers, body: await response.text() };
}

Deno.test("pages are served with their status and their type", async () => {
  await using server = servePages(ANYWHERE, PAGES);
  const text = await get(server.address, "/text?with=query");
  assertEquals([text.status, text.body], [200, "grüße\n"]);
  assertEquals(text.headers.get("content-type"), "text/plain; charset=utf-8");
  const other = await get(server.address, "/other");
  assertEquals(other.headers.get("content-type"), "text/csv");
  const ill = await get(server.address, "/ill");
  assertEquals([ill.status, ill.body], [503, "ill\n"]);
});

Deno.test("HEAD gives what GET would, without the body", async () => {
  await using server = servePages(ANYWHERE, PAGES);
  const { status, headers, body } = await get(server.address, "/text", {
    method: "HEAD",
  });
  assertEquals([status, body], [200, ""]);
  assertEquals(headers.get("content-length"), "8");
  const ill = await get(server.address, "/ill", { method: "HEAD" });
  assertEquals(ill.status, 503);
});

Deno.test("other paths are not found, and other methods not allowed", async () => {
  await using server = servePages(ANYWHERE, PAGES);
  for (const path of ["/", "/text/", "/constructor", "/__proto__", "//text"]) {
    assertEquals((await get(server.address, path)).status, 404);
  }
  const post = await get(server.address, "/text", {
    method: "POST",
    body: "x",
  });
  assertEquals(post.status, 405);
  assertEquals(post.headers.get("allow"), "GET, HEAD");
});

Deno.test("a page that fails tells its operator why, and nobody else", async () => {
  const told: string[] = [];
  await using server = servePages(ANYWHERE, PAGES, {
    onError: (path, error) => told.push(`${path}: ${error}`),
  });
  const { status, body } = await get(server.address, "/broken");
  assertEquals([status, body], [500, "Internal error\n"]);
  assertEquals(told, ["/broken: Error: a detail that is nobody's business"]);
});

Deno.test("a port that is taken is told with what to do", async () => {
  await using server = servePages(ANYWHERE, PAGES);
  const { port } = server.address;
  assertThrows(
    () => servePages(server.address, PAGES),
    TelemetryError,
    `Cannot listen on "127.0.0.1:${port}": the port is taken, choose another`,
  );
});

Deno.test("an address that is not this machine's is told", () => {
  assertThrows(
    () => servePages({ hostname: "192.0.2.1", port: 0 }, PAGES),
    TelemetryError,
    "check LISTEN",
  );
});

Deno.test("readers that are slow, or say nothing, cannot keep it open", async () => {
  const server = servePages(ANYWHERE, PAGES);
  const { port } = server.address;
  using slow = await Deno.connect({ port });
  using unfinished = await Deno.connect({ port });
  using _silent = await Deno.connect({ port });
  const encoder = new TextEncoder();
  await unfinished.write(encoder.encode("GET /text HT"));
  await slow.write(encoder.encode("GET /large HTTP/1.1\r\nHost: x\r\n\r\n"));
  const begin = new Uint8Array(64);
  await slow.read(begin);
  assertStringIncludes(new TextDecoder().decode(begin), "200 OK");
  assertEquals((await get(server.address, "/text")).status, 200);
  await server[Symbol.asyncDispose]();
});
