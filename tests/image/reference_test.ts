import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  ImageReference,
  InvalidReferenceError,
} from "../../lib/image/reference.ts";

const HEX = "0123456789abcdef".repeat(4);
const DIGEST = `sha256:${HEX}`;

Deno.test("A reference is read with Docker's short forms written out", () => {
  const cases: [text: string, canonical: string, familiar: string][] = [
    ["alpine", "docker.io/library/alpine", "alpine"],
    ["alpine:3", "docker.io/library/alpine:3", "alpine:3"],
    ["a/b", "docker.io/a/b", "a/b"],
    ["docker.io/alpine", "docker.io/library/alpine", "alpine"],
    ["index.docker.io/a/b", "docker.io/a/b", "a/b"],
    ["quay.io/a/b:c", "quay.io/a/b:c", "quay.io/a/b:c"],
    ["quay.io/a", "quay.io/a", "quay.io/a"],
    ["localhost/a", "localhost/a", "localhost/a"],
    ["localhost:5000/a", "localhost:5000/a", "localhost:5000/a"],
    ["localhost:5000", "docker.io/library/localhost:5000", "localhost:5000"],
    ["[::1]:5000/a", "[::1]:5000/a", "[::1]:5000/a"],
    ["Host/a", "Host/a", "Host/a"],
    ["a__b/c", "docker.io/a__b/c", "a__b/c"],
    [`a@${DIGEST}`, `docker.io/library/a@${DIGEST}`, `a@${DIGEST}`],
    [`a:b@${DIGEST}`, `docker.io/library/a:b@${DIGEST}`, `a:b@${DIGEST}`],
  ];
  for (const [text, canonical, familiar] of cases) {
    const reference = ImageReference.parse(text);
    assertEquals(`${reference}`, canonical);
    assertEquals(reference.familiar, familiar);
  }
});

Deno.test("A reference gives its parts", () => {
  const reference = ImageReference.parse(`quay.io:443/a/b:c@${DIGEST}`);
  assertEquals(reference.domain, "quay.io:443");
  assertEquals(reference.path, "a/b");
  assertEquals(reference.name, "quay.io:443/a/b");
  assertEquals(reference.tag, "c");
  assertEquals(reference.digest, DIGEST);
});

Deno.test("The engine is asked for the digest, else the tag, else latest", () => {
  const fromImage = "docker.io/library/a";
  const parameters = (text: string) =>
    ImageReference.parse(text).pullParameters;
  assertEquals(parameters("a"), { fromImage, tag: "latest" });
  assertEquals(parameters("a:b"), { fromImage, tag: "b" });
  assertEquals(parameters(`a:b@${DIGEST}`), { fromImage, tag: DIGEST });
});

Deno.test("A reference is on exactly one registry", () => {
  const reference = ImageReference.parse("quay.io/a/b");
  assert(reference.isOn("quay.io"));
  for (
    const registry of [
      "quay.io.evil.com",
      "quay.i",
      "quay.io:443",
      "evil.com/quay.io",
      "QUAY.IO",
      "",
    ]
  ) assertFalse(reference.isOn(registry), registry);
  assert(ImageReference.parse("localhost:5000/a").isOn("localhost:5000"));
  assertFalse(ImageReference.parse("localhost:5000/a").isOn("localhost"));
  assert(ImageReference.parse("alpine").isOn("docker.io"));
});

Deno.test("What names no image is refused with the reason", () => {
  const cases: [text: string, reason: string][] = [
    ["", "it is empty"],
    ["a b", "white space"],
    ["https://quay.io/a", "leave the scheme out"],
    [HEX, "image ID"],
    ["Alpine", "write it in lower case"],
    ["quay.io/A/b", "write it in lower case"],
    ["a:", '"" is not a tag'],
    ["a:-x", '"-x" is not a tag'],
    [`a:${"b".repeat(129)}`, "is not a tag"],
    ["a@sha256:ab", '"sha256:ab" is not a digest'],
    ["a@", '"" is not a digest'],
    [`a@SHA256:${HEX}`, "is not a digest"],
    [`a@${DIGEST}0`, "is not a digest"],
    ["a//b", '"a//b" is not a repository'],
    ["/a", '"/a" is not a repository'],
    ["a/", '"a/" is not a repository'],
    ["a___b", "is not a repository"],
    ["-a/b", "is not a repository"],
    ["ä", "is not a repository"],
    ["quay.io:port/a", '"quay.io:port" is not a host'],
    ["my_host.com/a", '"my_host.com" is not a host'],
    ["quay.io/" + "a".repeat(256), "256 characters"],
    ["a".repeat(2000), "2000 characters"],
  ];
  for (const [text, reason] of cases) {
    const error = assertThrows(
      () => ImageReference.parse(text),
      InvalidReferenceError,
      reason,
    );
    assertEquals(error.reference, text);
  }
});

const alphanumeric = fc.stringMatching(/^[a-z0-9]{1,8}$/);
const component = fc.array(alphanumeric, { minLength: 1, maxLength: 3 })
  .chain((words) =>
    fc.constantFrom(".", "_", "__", "-", "---").map((by) => words.join(by))
  );
const path = fc.array(component, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join("/"));
const domain = fc.oneof(
  fc.constantFrom("", "docker.io", "localhost", "Host", "[fe80::1]:80"),
  fc.tuple(fc.domain(), fc.option(fc.integer({ min: 0, max: 65535 }))).map((
    [host, port],
  ) => port === null ? host : `${host}:${port}`),
);
const suffix = fc.tuple(
  fc.constantFrom("", ":latest", ":1.0-x", ":_"),
  fc.constantFrom("", `@${DIGEST}`),
).map((parts) => parts.join(""));
const validReference = fc.tuple(domain, path, suffix).map((
  [host, name, rest],
) => (host === "" ? name : `${host}/${name}`) + rest);

Deno.test("Both forms of a reference mean the same as the text itself", () => {
  fc.assert(fc.property(validReference, (text) => {
    const reference = ImageReference.parse(text);
    for (const form of [`${reference}`, reference.familiar]) {
      assertEquals(`${ImageReference.parse(form)}`, `${reference}`);
    }
    assert(reference.familiar.length <= `${reference}`.length);
  }));
});

Deno.test("Any text is either read or refused, and what is read is canonical", () => {
  const text = fc.string({
    unit: fc.constantFrom(..."ab0.:/@_-A ", "sha256:", HEX, "ä"),
    maxLength: 12,
  });
  fc.assert(
    fc.property(text, (text) => {
      try {
        const reference = ImageReference.parse(text);
        assertEquals(`${ImageReference.parse(`${reference}`)}`, `${reference}`);
      } catch (error) {
        assert(error instanceof InvalidReferenceError);
      }
    }),
    { numRuns: 2000 },
  );
});
