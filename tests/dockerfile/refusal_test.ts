import { assertEquals, assertThrows } from "@std/assert";
import {
  DockerfileError,
  type DockerfileErrorKind,
} from "../../lib/dockerfile/error.ts";
import { parseDockerfile } from "../../lib/dockerfile/parse.ts";

/** A Dockerfile, and what must be said of it. */
type Refusal = [
  source: string | Uint8Array,
  kind: DockerfileErrorKind,
  line: number | undefined,
  message: string,
];

function assertRefused([source, kind, line, message]: Refusal): void {
  const error = assertThrows(
    () => parseDockerfile(source),
    DockerfileError,
    message,
  );
  assertEquals([error.kind, error.line], [kind, line], error.message);
}

function assertAllRefused(refusals: readonly Refusal[]): void {
  for (const refusal of refusals) assertRefused(refusal);
}

Deno.test("A Dockerfile without anything to build is refused", () => {
  assertAllRefused([
    ["", "empty", undefined, "it holds no instruction"],
    ["\ufeff# only this\n\n", "empty", undefined, "it holds no instruction"],
    ["ARG a=b\n", "empty", undefined, "it has no FROM"],
    ["RUN make\nFROM a", "stage", 1, "RUN stands before the first FROM"],
  ]);
});

Deno.test("A Dockerfile that is no text is refused", () => {
  const utf16 = (order: boolean) => {
    const bytes = new Uint8Array(2 * "\ufeffFROM a".length);
    const view = new DataView(bytes.buffer);
    Array.from("\ufeffFROM a").forEach((character, i) =>
      view.setUint16(2 * i, character.charCodeAt(0), order)
    );
    return bytes;
  };
  assertAllRefused([
    [utf16(true), "encoding", undefined, "save it as UTF-8"],
    [utf16(false), "encoding", undefined, "save it as UTF-8"],
  ]);
});

Deno.test("What is too large is refused", () => {
  assertAllRefused([
    [`FROM a\nRUN ${"x".repeat(65_532)}`, "too_large", 2, "65535"],
    [`FROM a\nRUN ${"ä".repeat(32_766)}`, "too_large", 2, "65536 bytes"],
    ["#".repeat(1024 ** 2 + 1), "too_large", undefined, "1048577 bytes"],
  ]);
  parseDockerfile(`FROM a\nRUN ${"x".repeat(65_531)}\n`);
});

Deno.test("An instruction that there is not is refused", () => {
  assertAllRefused([
    ["FROM a\nRUNN b", "unknown_instruction", 2, '"RUNN" is no instruction'],
    ["FROM a\nRUN b &&\n  c", "unknown_instruction", 3, 'end that with a "\\"'],
    ["<!DOCTYPE html>\n", "unknown_instruction", 1, '"<!DOCTYPE"'],
  ]);
});

Deno.test("A FROM that names no image is refused with what to do", () => {
  const hex = "a".repeat(64);
  assertAllRefused([
    ["FROM Alpine", "image_name", 1, "lower case"],
    ['FROM ""', "image_name", 1, "it is empty"],
    ["FROM $x", "image_name", 1, 'x has no value here: write "ARG x=…"'],
    ["FROM a:$x", "image_name", 1, 'FROM "a:$x" becomes "a:", which names no'],
    ["FROM a\nARG x=b\nFROM a:$x", "image_name", 3, "x has no value here"],
    [`FROM ${hex}`, "image_name", 1, "image ID"],
    ["FROM a:b:c", "image_name", 1, '"b:c" is not a tag'],
    [
      "FROM a\nCOPY --from=B/ x y",
      "image_name",
      2,
      '--from "B/" names no image',
    ],
    ["FROM a\nARG x=b\nCOPY --from=$x x y", "image_name", 3, '--from "$x"'],
    ["FROM a\nRUN --mount=from=:b x", "image_name", 2, '--from ":b"'],
    ["FROM a-$TARGETARCH", "image_name", 1, "TARGETARCH has no value here"],
  ]);
});

Deno.test("A FROM of another form is refused", () => {
  assertAllRefused([
    ["FROM", "syntax", 1, "FROM: at least 1 argument"],
    ["FROM a AS", "syntax", 1, 'write "FROM image" or "FROM image AS name"'],
    ["FROM a b", "syntax", 1, 'write "FROM image"'],
    ["FROM a IS b", "syntax", 1, 'write "FROM image"'],
    ["FROM a AS b c", "syntax", 1, "at most 3"],
    ['FROM "a b"', "syntax", 1, 'write "FROM image"'],
    ["FROM --platform a", "syntax", 1, '"--platform" needs a value'],
    ["FROM --from=a b", "syntax", 1, 'there is no flag "--from"'],
    ["FROM --constructor=a b", "syntax", 1, "there is no flag"],
    ["FROM --platform=$x a", "substitution", 1, '--platform="$x" is empty'],
  ]);
});

Deno.test("A stage's name that cannot be used is refused", () => {
  assertAllRefused([
    ["FROM a AS 1b", "stage", 1, '"1b" cannot name a stage'],
    ["FROM a AS b/c", "stage", 1, '"b/c" cannot name a stage'],
    ["FROM a AS b\nFROM c AS B", "stage", 2, 'called "b" too'],
    ["FROM a\nCOPY --from=0 x y", "stage", 2, "this is number 0"],
    ["FROM a\nCOPY --from=-1 x y", "stage", 2, "names no earlier stage"],
    ["FROM a\nFROM b\nCOPY --from=2 x y", "stage", 3, "this is number 1"],
  ]);
});

Deno.test("A substitution without a result is refused", () => {
  assertAllRefused([
    ['ARG x="${y?give y}"\nFROM a', "substitution", 1, "y: give y"],
    ["FROM ${x?}", "substitution", 1, "x: it is not set"],
    ["ARG x=\nFROM ${x:?}", "substitution", 2, "x: it is empty"],
    ["FROM ${x", "substitution", 1, 'no closing "}"'],
    ["FROM ${x:-y", "substitution", 1, 'no closing "}"'],
    ["FROM ${x/y", "substitution", 1, 'no closing "/"'],
    ["FROM ${}", "substitution", 1, "needs a name"],
    ["FROM ${x^^}", "substitution", 1, '"${x^" is no substitution'],
    ["FROM ${x:#y}", "substitution", 1, '"${x:#" is no substitution'],
    ["FROM ${x#\\y}", "substitution", 1, 'invalid escape "\\y"'],
    ["FROM 'a", "substitution", 1, "single quote has no end"],
    ['FROM "a', "substitution", 1, "double quote has no end"],
  ]);
});

Deno.test("Arguments and flags that an instruction does not take are refused", () => {
  const cases: [instruction: string, message: string][] = [
    ["COPY a", "COPY: at least 2 arguments are needed, there is 1"],
    ["ADD --from=a b c", 'ADD: there is no flag "--from"'],
    ["COPY --from=a --from=b c d", 'the flag "--from" stands here twice'],
    ["COPY --link=1 a b", '"--link" is either true or false'],
    ["RUN --mount", '"--mount" needs a value'],
    ['RUN ["a", 1]', "must be in double quotes"],
    ["ENV a", "ENV a has no value"],
    ["ENV a=b c", '"c" is not of the form "name=value"'],
    ["LABEL =b", '"=b" is not of the form'],
    ["ARG =b", "a value has no name"],
    ["ARG", "ARG: at least 1 argument is needed"],
    ["SHELL /bin/sh", "SHELL: write a list"],
    ["HEALTHCHECK OFF", "write CMD or NONE"],
    ["HEALTHCHECK NONE a", "nothing can follow NONE"],
    ["HEALTHCHECK CMD", "a command must follow CMD"],
    ["ONBUILD FROM a", "FROM: ONBUILD cannot keep it"],
    ["ONBUILD ENV a", "ENV a has no value"],
    ['VOLUME [""]', "a path is empty"],
    ["USER", "USER: at least 1 argument is needed"],
  ];
  for (const [instruction, message] of cases) {
    assertRefused([`FROM a\n${instruction}`, "syntax", 2, message]);
  }
});

Deno.test("Directives that cannot be used are refused", () => {
  assertAllRefused([
    ["# escape=x\nFROM a", "syntax", 1, '"x" cannot be the escape'],
    ["# escape=`\n# Escape=`\nFROM a", "syntax", 2, "for the second time"],
    ["# syntax=a\n# syntax=b\nFROM a", "syntax", 2, "for the second time"],
  ]);
});

Deno.test("Heredocs are refused, for engines would build nothing of them", () => {
  const cases: [text: string, name: string][] = [
    ["RUN <<EOF\nFROM b\nEOF", "EOF"],
    ["RUN cat <<-EOF > x\n\tFROM b\n\tEOF", "EOF"],
    ["RUN cat << EOF\nFROM b\nEOF", "EOF"],
    ["RUN cat <<'EOF'\n$x\nEOF", "EOF"],
    ['RUN cat <<"E F"\nx\nE F', "E F"],
    ["RUN 3<<A cat <<B\na\nA\nb\nB", "A"],
    ["COPY <<a.txt /x\nx\na.txt", "a.txt"],
    ["ADD <<EOF /x\r\nx\r\nEOF\r\n", "EOF"],
    ["ONBUILD RUN <<EOF\nx\nEOF", "EOF"],
    ["RUN --mount=from=a cat \\\n  <<EOF\nx\nEOF", "EOF"],
  ];
  for (const [text, name] of cases) {
    assertRefused([`FROM a\n${text}`, "needs_buildkit", 2, `"<<${name}"`]);
  }
  assertRefused(["FROM a\nRUN <<EOF\nx\n", "syntax", 2, 'no line "EOF" ends']);
});

Deno.test("Flags that engines leave out without a word are refused", () => {
  for (
    const instruction of [
      "COPY --parents a b",
      "COPY --exclude=x a b",
      "ADD --exclude=x a b",
      "ADD --checksum=sha256:0 https://a/b c",
      "ADD --keep-git-dir=true a b",
      "ADD --unpack a b",
    ]
  ) {
    const flag = instruction.split(/[= ]/)[1] ?? "";
    assertRefused([`FROM a\n${instruction}`, "needs_buildkit", 2, flag]);
  }
  parseDockerfile("FROM a\nCOPY --parents=false a b");
});
