import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Redactor } from "../../lib/secret/redactor.ts";

const redactor = new Redactor([]);

const CASES: Record<string, [text: string, redacted: string]> = {
  "a password in an HTTP URL": [
    "GET https://user:pass@example.com/x",
    "GET https://[secret]@example.com/x",
  ],
  "a token that stands for the user": [
    "cloning 'http://ghp_0123@example.com/x.git'",
    "cloning 'http://[secret]@example.com/x.git'",
  ],
  "a password in any other URL": [
    "postgres://user:pa55@db:5432/x",
    "postgres://[secret]@db:5432/x",
  ],
  "a password that holds an @": [
    "https://user:p@ss@example.com/",
    "https://[secret]@example.com/",
  ],
  "several URLs": [
    "http://a:b@c,http://d:e@f http://g",
    "http://[secret]@c,http://[secret]@f http://g",
  ],
};

for (const [name, [text, redacted]] of Object.entries(CASES)) {
  Deno.test(`masked: ${name}`, () => {
    assertEquals(redactor.redact(text), redacted);
  });
}

const INNOCENT = [
  "ssh://git@example.com/x.git",
  "git@example.com:x.git",
  "https://example.com/~user@home",
  "https://example.com:8443/?mail=a@b",
  "added 1 package from https://registry.npmjs.org/ @types/node@20",
  "http://[::1]:80/",
  "https://@example.com/",
];

for (const text of INNOCENT) {
  Deno.test(`left alone: ${text}`, () => {
    assertEquals(redactor.redact(text), text);
  });
}

Deno.test("credentials longer than anyone's are not waited for", () => {
  const stream = redactor.stream();
  const start = `https://${"x".repeat(4096)}`;
  assertEquals(stream.write(start), "");
  assertEquals(stream.write("xx"), `${start}xx`);
});

Deno.test("a URL in any pieces is masked as in one", () => {
  const part = fc.constantFrom(
    "http",
    "s",
    ":",
    "/",
    "//",
    "://",
    "user",
    "@",
    "host",
    " ",
    "\n",
    "https://u:p@h",
  );
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (pieces) => {
      const stream = redactor.stream();
      const streamed = pieces.map((piece) => stream.write(piece)).join("") +
        stream.end();
      assertEquals(streamed, redactor.redact(pieces.join("")));
    }),
    { numRuns: 1_000 },
  );
});
