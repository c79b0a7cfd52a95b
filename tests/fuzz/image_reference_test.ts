import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  ImageReference,
  InvalidReferenceError,
} from "../../lib/image/reference.ts";
import { attempt, fuzz } from "./_fuzz.ts";
import { damagedText } from "./_mutation.ts";

const VALID = [
  "alpine",
  "library/alpine:3",
  "quay.io/ns/name:v1.2-x",
  "localhost:5000/a/b/c",
  "Host/a__b/c-d--e",
  "[2001:db8::1]:5000/a:b",
  `a@sha256:${"0".repeat(64)}`,
  `quay.io/a:b@sha512:${"f".repeat(128)}`,
  "index.docker.io/a",
];

const alphabet = fc.constantFrom(..."aA0._-:/@[]~ é\u0000");
const text = fc.oneof(
  damagedText(VALID),
  fc.string({ unit: alphabet, maxLength: 40 }),
  fc.array(fc.constantFrom("a", ".", "/", ":", "@", "a-a", "__", "1.2:3"), {
    maxLength: 12,
  }).map((parts) => parts.join("")),
  fc.tuple(fc.constantFrom("a", "a/", "-a", "a.", "_"), fc.nat(2_000))
    .map(([part, times]) => part.repeat(times)),
  fc.string({ unit: "binary" }),
);

Deno.test("Any text is an image name that means itself, or refused", () => {
  fc.assert(
    fc.property(text, (text) => {
      const parse = (name: string) => ImageReference.parse(name);
      const image = attempt(() => parse(text), InvalidReferenceError);
      if (image === undefined) return;
      assertEquals(parse(image.toString()), image);
      assertEquals(parse(image.toString()).toString(), image.toString());
      assertEquals(parse(image.familiar), image);
      assert(image.familiar.length <= image.toString().length);
      assert(image.isOn(image.domain));
      const { fromImage, tag } = image.pullParameters;
      assert(tag !== "");
      assertEquals(parse(fromImage).name, image.name);
    }),
    fuzz(6_000),
  );
});

Deno.test("What is wrong with an image name is told in bounds", () => {
  fc.assert(
    fc.property(text, (text) => {
      try {
        ImageReference.parse(text);
      } catch (error) {
        assert(error instanceof InvalidReferenceError, Deno.inspect(error));
        assert(error.message.length < 2_000);
      }
    }),
    fuzz(2_000),
  );
});
