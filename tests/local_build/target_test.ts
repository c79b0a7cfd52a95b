import { assertEquals, assertThrows } from "@std/assert";
import { parseCacheTag, parseTarget } from "../../lib/local_build/target.ts";
import { BuildInputError } from "../../lib/local_build/input_error.ts";

Deno.test("names of one repository become its tags, each once", () => {
  assertEquals(
    parseTarget([
      "quay.io/team/app:v1",
      "quay.io/team/app",
      "quay.io/team/app:latest",
    ]),
    { registry: "quay.io", repository: "team/app", tags: ["v1", "latest"] },
  );
  assertEquals(parseTarget(["app"]), {
    registry: "docker.io",
    repository: "library/app",
    tags: ["latest"],
  });
  assertEquals(
    parseTarget(["localhost:5000/try/it"]).registry,
    "localhost:5000",
  );
});

const REFUSED: Readonly<Record<string, readonly [string[], string]>> = {
  "none": [[], "give -t HOST[:PORT]/NAMESPACE/NAME[:TAG]"],
  "one that cannot be": [["Team/App"], "write it in lower case"],
  "a digest": [
    [`quay.io/team/app@sha256:${"0".repeat(64)}`],
    "a digest is known after the build only",
  ],
  "two repositories": [
    ["quay.io/team/app", "quay.io/team/web"],
    'Cannot push to both "quay.io/team/app" and "quay.io/team/web"',
  ],
};

for (const [what, [names, message]] of Object.entries(REFUSED)) {
  Deno.test(`${what} is no target, and the message says why`, () => {
    assertThrows(() => parseTarget(names), BuildInputError, message);
  });
}

Deno.test("a cache tag is a tag alone", () => {
  for (const tag of ["v1", "latest", "1.0_a-b"]) {
    assertEquals(parseCacheTag(tag), tag);
  }
  const digest = `v1@sha256:${"0".repeat(64)}`;
  for (const text of ["", "a/b", "a:v1", "image:v1", "-v1", "a b", digest]) {
    assertThrows(() => parseCacheTag(text), BuildInputError, "a tag alone");
  }
});
