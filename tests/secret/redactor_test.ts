import { assert, assertEquals } from "@std/assert";
import { encodeBase64, encodeBase64Url } from "@std/encoding";
import fc from "fast-check";
import { Redactor } from "../../lib/secret/redactor.ts";
import { Secret } from "../../lib/secret/secret.ts";

function redactorOf(...values: string[]): Redactor {
  return new Redactor(values.map((value) => new Secret(value)));
}

function redactPieces(redactor: Redactor, pieces: readonly string[]): string {
  const stream = redactor.stream();
  return pieces.map((piece) => stream.write(piece)).join("") + stream.end();
}

/** Pieces of `text`, cut at the given places. */
function cutAt(text: string, places: readonly number[]): string[] {
  const ends = [...places, text.length]
    .map((place) => Math.min(place, text.length))
    .sort((a, b) => a - b);
  return ends.map((end, index) => text.slice(ends[index - 1] ?? 0, end));
}

/** Six lines of base64 as `ssh-keygen` writes them; no key that is in use. */
const PRIVATE_KEY = [
  "-----BEGIN OPENSSH PRIVATE KEY-----",
  "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW",
  "QyNTUxOQAAACBHk8Xbq0Xp3sQ2Vb1oC4hVYhH0v9o8nJtYF4d2m0v7bAAAAJjK5cWzyuXF",
  "swAAAAtzc2gtZWQyNTUxOQAAACBHk8Xbq0Xp3sQ2Vb1oC4hVYhH0v9o8nJtYF4d2m0v7bA",
  "AAAECq0m+1Qe7xk4S7rjPz/9bGm1v8o0Hc5yJt2YwqTj0V3EeTxdurRenexDZVvWgLiFVi",
  "EfS/2jycm1gXh3abS/tsAAAAEWJ1aWxkZXJAZXhhbXBsZQECAwQ=",
  "-----END OPENSSH PRIVATE KEY-----",
  "",
].join("\n");

const lower = (text: string) =>
  text.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());

/** The forms in which a value may turn up, each with what it is called. */
const ENCODINGS: Record<string, (value: string) => string> = {
  "plain": (value) => value,
  "standard base64": (value) => encodeBase64(value),
  "URL-safe base64": (value) => encodeBase64Url(value),
  "base64 of a line": (value) => encodeBase64(`${value}\n`),
  "base64 after one byte": (value) => encodeBase64(`:${value}@`),
  "base64 after two bytes": (value) => encodeBase64Url(`u:${value}@x`),
  "base64 of JSON": (value) => encodeBase64Url(JSON.stringify({ p: value })),
  "URL-encoded": (value) => encodeURIComponent(value),
  "URL-encoded in lower case": (value) => lower(encodeURIComponent(value)),
  "form-encoded": (value) => new URLSearchParams({ p: value }).toString(),
  "JSON-escaped": (value) => JSON.stringify(value),
  "JSON-escaped by Go": (value) =>
    JSON.stringify(value).replaceAll("&", "\\u0026").replaceAll("<", "\\u003c"),
};

for (const [name, encode] of Object.entries(ENCODINGS)) {
  Deno.test(`a secret is masked when it is ${name}`, () => {
    const value = `tö"k&en/+<\\ 42`;
    const redacted = redactorOf(value).redact(`a ${encode(value)} b`);
    assert(redacted.includes("[secret]"), redacted);
    for (const encoded of Object.values(ENCODINGS)) {
      assert(!redacted.includes(encoded(value)), redacted);
    }
    assert(redacted.startsWith("a "), redacted);
    assert(redacted.endsWith(" b"), redacted);
  });
}

Deno.test("base64 with padding is masked as a whole", () => {
  const redactor = redactorOf("token-of-17-chars");
  const standard = encodeBase64("token-of-17-chars");
  assert(standard.endsWith("="));
  assertEquals(redactor.redact(`<${standard}>`), "<[secret]>");
});

Deno.test("every line of a private key is masked, its frame is not", () => {
  assertEquals(
    redactorOf(PRIVATE_KEY).redact(PRIVATE_KEY),
    [
      "-----BEGIN OPENSSH PRIVATE KEY-----",
      ...Array<string>(5).fill("[secret]"),
      "-----END OPENSSH PRIVATE KEY-----",
      "",
    ].join("\n"),
  );
});

Deno.test("a line of a private key is masked by itself", () => {
  const line = PRIVATE_KEY.split("\n")[3] ?? "";
  assertEquals(redactorOf(PRIVATE_KEY).redact(`> ${line}`), "> [secret]");
});

Deno.test("a private key with other line ends is masked", () => {
  const redacted = redactorOf(PRIVATE_KEY.replaceAll("\n", "\r\n"))
    .redact(JSON.stringify(PRIVATE_KEY));
  for (const line of PRIVATE_KEY.split("\n").slice(1, -2)) {
    assert(!redacted.includes(line), redacted);
  }
});

for (const width of [Infinity, 76, 64]) {
  Deno.test(`the base64 of a private key in lines of ${width} is masked`, () => {
    const base64 = encodeBase64(PRIVATE_KEY).match(
      new RegExp(`.{1,${Math.min(width, 65_535)}}`, "g"),
    ) ?? [];
    const redacted = redactorOf(PRIVATE_KEY).redact(base64.join("\n"));
    const left = redacted.replaceAll("[secret]", "").replaceAll("\n", "");
    assert(left.length <= 4, left);
  });
}

Deno.test("a secret of less than six characters is left alone", () => {
  const text = "short pass12 short";
  assertEquals(redactorOf("short").redact(text), text);
  assertEquals(redactorOf("pass12").redact(text), "short [secret] short");
});

Deno.test("secrets that overlap are masked as one, with nothing left over", () => {
  assertEquals(
    redactorOf("abcdefgh", "efghijkl").redact("<abcdefghijkl>"),
    "<[secret]>",
  );
});

Deno.test("the longer of two secrets that begin alike is masked", () => {
  const redactor = redactorOf("abcdef", "abcdefghij");
  assertEquals(redactor.redact("abcdefghij"), "[secret]");
  assertEquals(redactPieces(redactor, ["abcdef", "ghij"]), "[secret]");
  assertEquals(redactPieces(redactor, ["abcdef", "gh"]), "[secret]gh");
});

Deno.test("a very long secret is masked, and so is a part of it", () => {
  const secret = "0123456789é😀".repeat(5_000);
  const redactor = redactorOf(secret);
  assertEquals(redactor.redact(`<${secret}>`), "<[secret]>");
  assertEquals(redactor.redact(`<${secret}`), "<[secret]");
  const left = redactor.redact(secret.slice(0, 30_001));
  assert(left.startsWith("[secret]"));
  assert(left.length < 600, left);
});

Deno.test("a text full of near misses of a long secret takes its time and no more", () => {
  // Took minutes when a secret was looked for as a whole.
  const redactor = redactorOf("a".repeat(64 * 1024), "a".repeat(20_000) + "b");
  const text = "a".repeat(500) + "c";
  assertEquals(redactor.redact(text.repeat(200)), text.repeat(200));
});

Deno.test("a text without secrets is given on as it came", () => {
  const redactor = redactorOf("a-password", PRIVATE_KEY);
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assertEquals(redactor.redact(text), text);
  }));
});

Deno.test("a redactor without secrets changes nothing", () => {
  assertEquals(redactorOf().redact("any text"), "any text");
  assertEquals(redactorOf("").redact("any text"), "any text");
});

Deno.test("only what may become a secret is held back", () => {
  const stream = redactorOf("supersecret").stream();
  assertEquals(stream.write("a line\n"), "a line\n");
  assertEquals(stream.write("no supper"), "no supper");
  assertEquals(stream.write(" and super"), " and ");
  assertEquals(stream.write("man"), "superman");
  assertEquals(stream.write(" super"), " ");
  assertEquals(stream.end(), "super");
});

/** Characters that make near misses and overlaps likely. */
const letters = fc.constantFrom("a", "b", "a", "é", "\n", "&", "%", "😀", "+");
const secretText = fc.string({ unit: letters, minLength: 6, maxLength: 12 })
  .filter((text) => text.split("\n").some((line) => line.trim().length >= 6));
const cuts = fc.array(fc.nat(200), { maxLength: 30 });

Deno.test("any pieces of a text are redacted as the whole is", () => {
  fc.assert(
    fc.property(
      fc.array(secretText, { maxLength: 4 }),
      fc.array(fc.oneof(secretText, fc.string({ unit: letters }))),
      cuts,
      (secrets, parts, places) => {
        const redactor = redactorOf(...secrets);
        const text = [...parts, ...secrets, ...parts].join("");
        const pieces = cutAt(text, places);
        assertEquals(redactPieces(redactor, pieces), redactor.redact(text));
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("no secret survives in any pieces and any encoding", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme", minLength: 8, maxLength: 80 })
        .filter((text) => /^\S{8,}$/.test(text)),
      fc.constantFrom(...Object.values(ENCODINGS)),
      fc.string(),
      cuts,
      (value, encode, around, places) => {
        const encoded = encode(value);
        const text = `${around} ${encoded} ${around}`;
        fc.pre(!around.includes(encoded));
        const redactor = redactorOf(value);
        const redacted = redactPieces(redactor, cutAt(text, places));
        assert(redacted.includes("[secret]"), redacted);
        assert(!redacted.includes(encoded), redacted);
        assert(!redacted.includes(value), redacted);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("a secret is found wherever it stands in a long text", () => {
  const redactor = redactorOf("sixsix", "a much longer secret than that");
  const filler = "a log line of no interest, å, 😀\n".repeat(100);
  for (let shift = 0; shift < 70; shift++) {
    const before = filler + "x".repeat(shift);
    assertEquals(
      redactor.redact(`${before}sixsix${filler}`),
      `${before}[secret]${filler}`,
    );
    assertEquals(
      redactor.redact(`${before}a much longer secret than that${filler}`),
      `${before}[secret]${filler}`,
    );
  }
});

Deno.test("a secret on the border between the parts of a huge text is masked", () => {
  const redactor = redactorOf("on-the-border");
  const text = "x".repeat(64 * 1024 - 5);
  assertEquals(redactor.redact(`${text}on-the-border`), `${text}[secret]`);
});
