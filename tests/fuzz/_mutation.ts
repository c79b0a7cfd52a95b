import fc from "fast-check";
import { joinBytes } from "../context/tar/_archive.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** A change of bytes; places are taken modulo the length. */
type Edit =
  | { readonly kind: "set"; readonly at: number; readonly value: number }
  | { readonly kind: "insert"; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: "delete"; readonly at: number; readonly length: number }
  | { readonly kind: "repeat"; readonly at: number; readonly length: number }
  | { readonly kind: "cut"; readonly at: number };

const place = fc.nat();
/** Numbers that formats stumble over, and any. */
const byte = fc.oneof(
  fc.constantFrom(0, 1, 0x20, 0x2f, 0x30, 0x7f, 0x80, 0xfe, 0xff),
  fc.nat(0xff),
);
const length = fc.oneof(fc.nat(8), fc.nat(600));

const setByte: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constant("set"),
  at: place,
  value: byte,
});
const anyEdit: fc.Arbitrary<Edit> = fc.oneof(
  { arbitrary: setByte, weight: 4 },
  fc.record({
    kind: fc.constant("insert"),
    at: place,
    bytes: fc.uint8Array({ minLength: 1, maxLength: 20 }),
  }),
  fc.record({ kind: fc.constant("delete"), at: place, length }),
  fc.record({ kind: fc.constant("repeat"), at: place, length }),
  fc.record({ kind: fc.constant("cut"), at: place }),
);

function apply(bytes: Bytes, edit: Edit): Bytes {
  const at = edit.at % (bytes.length + 1);
  const [before, after] = [bytes.slice(0, at), bytes.slice(at)];
  switch (edit.kind) {
    case "set": {
      if (after.length > 0) after[0] = edit.value;
      return joinBytes([before, after]);
    }
    case "insert":
      return joinBytes([before, edit.bytes.slice(), after]);
    case "delete":
      return joinBytes([before, after.slice(edit.length)]);
    case "repeat":
      return joinBytes([before, after.slice(0, edit.length), after]);
    case "cut":
      return before;
  }
}

/** Bytes that were good before something happened to them. */
export function damaged(samples: readonly Bytes[]): fc.Arbitrary<Bytes> {
  return fc.tuple(
    fc.constantFrom(...samples),
    fc.array(anyEdit, { minLength: 1, maxLength: 4 }),
  ).map(([sample, edits]) => edits.reduce(apply, sample));
}

/** Good bytes of which some have other values. */
export function altered(samples: readonly Bytes[]): fc.Arbitrary<Bytes> {
  return fc.tuple(
    fc.constantFrom(...samples),
    fc.array(setByte, { minLength: 1, maxLength: 3 }),
  ).map(([sample, edits]) => edits.reduce(apply, sample));
}

/** The same of a text; its bytes are those of UTF-8. */
export function damagedText(
  samples: readonly string[],
): fc.Arbitrary<string> {
  const encoder = new TextEncoder();
  return damaged(samples.map((sample) => encoder.encode(sample)))
    .map((bytes) => new TextDecoder().decode(bytes));
}

/** Values that no one expects: of other types, too large, deeply nested. */
export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    0.5,
    2 ** 53,
    1e300,
    "",
    "__proto__",
    "\ud800",
    "a b",
    "../..",
    [],
    {},
    [[]],
    { toString: 1 },
  ),
  fc.nat(300).map((depth) => nested(depth)),
  fc.nat(10_000).map((length) => "x".repeat(length)),
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

/** A JSON value of which some parts are replaced by odd values, or gone. */
export function odd(sample: unknown): fc.Arbitrary<unknown> {
  const change = fc.record({
    part: fc.nat(),
    value: fc.option(oddValue, { nil: undefined }),
  });
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) =>
    changes.reduce(
      (value: unknown, { part, value: other }) =>
        replacePart(value, part % countParts(value), other),
      sample,
    )
  );
}

function countParts(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce<number>(
    (sum, part) => sum + countParts(part),
    1,
  );
}

/** Parts are counted from the outside in; `undefined` takes a part away. */
function replacePart(value: unknown, part: number, other: unknown): unknown {
  if (part === 0) return other;
  if (typeof value !== "object" || value === null) return value;
  let left = part - 1;
  const entries = Object.entries(value).map(([key, inner]) => {
    const count = countParts(inner);
    const isHere = left >= 0 && left < count;
    const replaced = isHere ? replacePart(inner, left, other) : inner;
    left -= count;
    return [key, replaced] as const;
  }).filter(([, inner]) => inner !== undefined);
  return Array.isArray(value)
    ? entries.map(([, inner]) => inner)
    : Object.fromEntries(entries);
}
