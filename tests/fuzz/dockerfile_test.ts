import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { DockerfileError } from "../../lib/dockerfile/error.ts";
import { parseDockerfile } from "../../lib/dockerfile/parse.ts";
import { ImageReference } from "../../lib/image/reference.ts";
import { attempt, fuzz } from "./_fuzz.ts";
import { damaged } from "./_mutation.ts";

const DOCKERFILES = [
  '# syntax=docker/dockerfile:1\n# escape=`\nARG a=1 b="2 3"\n' +
  "FROM --platform=$BUILDPLATFORM x:${a:-y} AS base\nRUN a ` \n # c\n b\n",
  'FROM a AS b\r\nCOPY --from=c:1 --chown=1:1 ["x", "y"]\r\nFROM b\r\n' +
  "ONBUILD COPY --from=d / /\r\nFROM 0\r\n",
  "FROM x\nRUN <<EOF cat <<-'E2' > y\na\nEOF\n\tb\n\tE2\nCMD [\"a\"]\n" +
  "RUN --mount=type=bind,from=z,target=/a true\nENV a=b c='d e'\n",
  "\ufeffARG v=${x:?no}\nFROM ${v##*/}${v//a/b}\nHEALTHCHECK NONE\n",
].map((text) => new TextEncoder().encode(text));

const fragment = fc.constantFrom(
  "FROM ",
  "ARG ",
  "RUN ",
  "COPY --from=",
  "ONBUILD ",
  "--mount=from=",
  " AS ",
  "\n",
  "\\\n",
  "# escape=`\n",
  "<<EOF",
  "EOF",
  "${a",
  ":-",
  ":+",
  ":?",
  "##",
  "%%",
  "//",
  "}",
  "$a",
  "*",
  "'",
  '"',
  "[",
  "]",
  "a",
  "b=",
  " ",
  "\u00e4\ud800",
);
const text = fc.oneof(
  damaged(DOCKERFILES),
  fc.tuple(fc.array(fragment, { maxLength: 40 }), fc.nat(20))
    .map(([parts, times]) => `FROM x\n${parts.join("").repeat(times)}`),
  fc.string({ unit: "binary" }),
);

Deno.test("Any Dockerfile is read as what it needs, or refused", () => {
  fc.assert(
    fc.property(text, (text) => {
      const file = attempt(() => parseDockerfile(text), DockerfileError);
      if (file === undefined) return;
      const { stages, images, base } = file;
      assert(stages.length > 0 && stages.length <= 1_000);
      for (const image of images) {
        assertEquals(ImageReference.parse(`${image}`), image);
      }
      assertEquals(base, base && images[0]);
      for (const [i, { base }] of stages.entries()) {
        assert(base.kind !== "stage" || base.index < i);
      }
    }),
    fuzz(4_000),
  );
});

Deno.test("What is wrong with a Dockerfile is told with its line, in bounds", () => {
  fc.assert(
    fc.property(text, (text) => {
      try {
        parseDockerfile(text);
      } catch (error) {
        assert(error instanceof DockerfileError, Deno.inspect(error));
        assert(error.message.length < 2_000, error.message);
        assert(error.line === undefined || error.line > 0);
      }
    }),
    fuzz(2_000),
  );
});

/** `${…}` within each other, of every kind. */
const { word } = fc.letrec<{ word: string; part: string }>((tie) => ({
  word: fc.array(tie("part"), { maxLength: 3 }).map((parts) => parts.join("")),
  part: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom("a", "x/y.z", "*", "?", "\\*", "'q'", '"$v"', "$v", "$1"),
    fc.tuple(
      fc.constantFrom("v", "w", "unset", ""),
      fc.constantFrom(":-", "-", ":+", "+", ":?", "?", "#", "##", "%", "%%"),
      tie("word"),
    ).map(([name, operator, word]) => `\${${name}${operator}${word}}`),
    fc.tuple(fc.constantFrom("/", "//"), tie("word"), tie("word"))
      .map(([slash, from, to]) => `\${v${slash}${from}/${to}}`),
  ),
}));

Deno.test("Any substitution comes to an end", () => {
  fc.assert(
    fc.property(word, word, fc.nat(12), (word, value, times) => {
      const doubling = "ARG v=$v$v\n".repeat(times);
      const text = `ARG v=aXbXc\nARG w=${value}\n${doubling}FROM a${word}`;
      attempt(() => parseDockerfile(text), DockerfileError);
    }),
    fuzz(1_500),
  );
});
