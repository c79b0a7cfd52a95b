import { assert, assertEquals } from "@std/assert";
import { encodeBase64 } from "@std/encoding";
import fc from "fast-check";
import { Redactor } from "../../lib/secret/redactor.ts";
import { Secret } from "../../lib/secret/secret.ts";
import { fuzz } from "./_fuzz.ts";

/** Each way in which a secret may come to be printed. */
const SPELLINGS: readonly ((secret: string) => string)[] = [
  (secret) => secret,
  (secret) => encodeBase64(secret),
  (secret) => encodeBase64(secret).replaceAll("+", "-").replaceAll("/", "_"),
  (secret) => encodeURIComponent(secret),
  (secret) => JSON.stringify(secret).slice(1, -1),
];

/** Few letters, so that secrets are parts of each other and of themselves. */
const letter = fc.constantFrom("a", "b", "%", '"', "é", "😀");
const value = fc.oneof(
  fc.string({ unit: letter, minLength: 8, maxLength: 30 }),
  fc.tuple(
    fc.string({ unit: letter, minLength: 8, maxLength: 12 }),
    fc.nat(200),
  )
    .map(([part, times]) => part.repeat(times + 1)),
  fc.string({ unit: "grapheme", minLength: 8 })
    .filter((text) => /^\S{8,}$/.test(text)),
);

function redact(redactor: Redactor, text: string, sizes: readonly number[]) {
  const stream = redactor.stream();
  let shown = "";
  let at = 0;
  for (const size of sizes) shown += stream.write(text.slice(at, at += size));
  return shown + stream.write(text.slice(at)) + stream.end();
}

Deno.test("No secret appears in what is shown, however it is spelled and cut", () => {
  const around = fc.string({ unit: letter, maxLength: 40 });
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 4 }),
      fc.array(fc.tuple(around, fc.nat(3), fc.constantFrom(...SPELLINGS)), {
        maxLength: 5,
      }),
      fc.array(fc.nat(700), { maxLength: 20 }),
      (values, parts, sizes) => {
        const secrets = values.map((value) => new Secret(value));
        const redactor = new Redactor(secrets);
        const text = parts.map(([around, index, spell]) =>
          `${around}${spell(values[index % values.length] ?? "")}`
        ).join("\n");
        const shown = redact(redactor, text, sizes);
        assertEquals(shown, redactor.redact(text));
        for (const value of values) {
          for (const spell of SPELLINGS) {
            assert(!shown.includes(spell(value)), shown);
          }
        }
      },
    ),
    fuzz(400),
  );
});

Deno.test("What holds no secret is shown as it is, in any pieces", () => {
  const text = fc.array(
    fc.oneof(
      fc.string({ unit: letter, maxLength: 7 }),
      fc.constantFrom("\n", "https://", "http:", "h", "user@host"),
    ),
    { maxLength: 40 },
  ).map((parts) => parts.join("\n"));
  fc.assert(
    fc.property(
      value.filter((value) => value.length > 20),
      text,
      fc.array(fc.nat(20), { maxLength: 20 }),
      (value, text, sizes) => {
        const redactor = new Redactor([new Secret(value)]);
        assertEquals(redact(redactor, text, sizes), text);
      },
    ),
    fuzz(400),
  );
});
