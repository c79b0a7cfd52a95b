import { assertEquals, assertThrows } from "@std/assert";
import { DockerfileError } from "../../lib/dockerfile/error.ts";
import { parseDockerfile } from "../../lib/dockerfile/parse.ts";

/**
 * What took minutes, or all memory, if each part were followed to its end. A
 * test that does not come back is how these fail.
 */
const HOSTILE: Readonly<Record<string, [text: string, message: string]>> = {
  "deep nesting": [
    `ARG a=${"${x:-".repeat(9_000)}${"}".repeat(9_000)}\nFROM x`,
    "nested too deeply",
  ],
  "values that double": [
    `ARG a=aaaaaaaaaa\n${"ARG a=$a$a$a$a\n".repeat(40)}FROM x:$a`,
    "expand to too much",
  ],
  "patterns that fit nowhere": [
    `ARG a=${"a".repeat(4_000)}\n` +
    `ARG b=\${a%%${"*a".repeat(2_000)}b*}\n`.repeat(200) + "FROM x",
    "expand to too much",
  ],
  "triggers of triggers": [
    "FROM x AS s\n" + "ONBUILD RUN y\n".repeat(3_000) +
    "FROM s\n".repeat(900),
    "too many",
  ],
  "long triggers": [
    `FROM x AS s\nONBUILD ENV ${
      `${"a=b ".repeat(15_000)}\\\n`.repeat(13)
    }c=d\n` +
    "FROM s\n".repeat(900),
    "characters of ONBUILD",
  ],
  "heredocs without end": [
    "FROM x\n" + "RUN echo $((1 << 2))\n".repeat(40_000),
    'no line "2))"',
  ],
};

for (const [name, [text, message]] of Object.entries(HOSTILE)) {
  Deno.test(`A Dockerfile of ${name} is refused in time`, () => {
    assertThrows(() => parseDockerfile(text), DockerfileError, message);
  });
}

/** So many stages, each built upon what `base` says. */
function stagesUpon(count: number, base: (index: number) => string): string {
  return Array.from(
    { length: count },
    (_, i) => `FROM ${base(i)} AS s${i}\n`,
  ).join("");
}

Deno.test("A Dockerfile has a thousand stages at most", () => {
  const previous = (i: number) => i === 0 ? "x" : `s${i - 1}`;
  const { stages, images } = parseDockerfile(stagesUpon(1_000, previous));
  assertEquals([stages.length, images.length], [1_000, 1]);
  assertThrows(
    () => parseDockerfile(stagesUpon(1_001, previous)),
    DockerfileError,
    "line 1001: more than 1000 stages are too many",
  );
});

Deno.test("A Dockerfile needs a hundred images at most", () => {
  const other = (i: number) => `x:${i}`;
  assertEquals(parseDockerfile(stagesUpon(100, other)).images.length, 100);
  assertThrows(
    () => parseDockerfile(stagesUpon(101, other)),
    DockerfileError,
    "needs 101 images from outside, at most 100 are allowed",
  );
});
