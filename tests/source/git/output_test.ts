import { assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import { Redactor } from "../../../lib/secret/redactor.ts";
import { Secret } from "../../../lib/secret/secret.ts";
import { GitOutput } from "../../../lib/source/git/output.ts";

const TEXT = [
  "Cloning into 'x'...",
  "remote: Counting objects:  50% (1/2)\x1b[K\rremote: Counting objects: 100% (2/2)\x1b[K\rremote: Counting objects: 100% (2/2), done.\x1b[K",
  "Receiving objects:  50% (1/2)\rReceiving objects: 100% (2/2), done.",
  " * [new branch]      main       -> origin/main",
  "fatal: Authentication failed for 'https://me:passw0rd@example.com/é.git/'",
  "",
  "no newline at the end",
].join("\n");

const LINES = [
  "Cloning into 'x'...",
  "remote: Counting objects: 100% (2/2), done.",
  "Receiving objects: 100% (2/2), done.",
  "fatal: Authentication failed for 'https://***@example.com/é.git/'",
  "no newline at the end",
];

function readAll(chunks: readonly Uint8Array[], secrets: Secret[] = []) {
  const lines: string[] = [];
  const onMessage = (line: string) => lines.push(line);
  const output = new GitOutput({ onMessage, secrets });
  for (const chunk of chunks) output.push(chunk);
  output.end();
  return { lines, tail: output.tail };
}

Deno.test("GitOutput gives the same lines however the bytes are cut", () => {
  const bytes = new TextEncoder().encode(TEXT);
  fc.assert(
    fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const chunks = edges.slice(1).map((end, index) =>
        bytes.subarray(edges[index], end)
      );
      assertEquals(readAll(chunks).lines, LINES);
    }),
  );
});

Deno.test("GitOutput keeps the last lines for an error, without progress", () => {
  const text = Array.from(
    { length: 100 },
    (_, n) => `line ${n}\nReceiving objects: ${n}% (${n}/100)\n`,
  ).join("");
  const { tail } = readAll([new TextEncoder().encode(text)]);
  assertEquals(tail.split("\n").length, 20);
  assertEquals(tail.split("\n").at(-1), "line 99");
});

Deno.test("GitOutput cuts a line only where no secret is left", () => {
  const secret = "a-token-that-is-cut-in-two";
  const redactor = new Redactor([new Secret(secret)]);
  for (let length = 470; length <= 500; length++) {
    const output = new GitOutput({ redact: (text) => redactor.redact(text) });
    const line = `${"x".repeat(length)}${secret}`;
    output.push(new TextEncoder().encode(line));
    output.end();
    assertEquals(
      output.tail.replaceAll("x", ""),
      "[secret]".slice(0, 500 - length),
    );
  }
});

Deno.test("GitOutput hides secrets and stays small on a line without end", () => {
  const output = new GitOutput({ secrets: [new Secret("p/ssw0rd")] });
  const chunk = new TextEncoder().encode("p/ssw0rd ".repeat(10_000));
  for (let n = 0; n < 100; n++) output.push(chunk);
  output.end();
  assertFalse(output.tail.includes("ssw0rd"));
  assertEquals(output.tail.length, 500);
});
