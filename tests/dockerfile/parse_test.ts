import { assertEquals } from "@std/assert";
import { parseDockerfile } from "../../lib/dockerfile/parse.ts";

/** The images of a Dockerfile, as people write them. */
function images(
  source: string | Uint8Array,
  buildArgs: Record<string, string> = {},
): string[] {
  const { images } = parseDockerfile(source, { buildArgs });
  return images.map((image) => image.familiar);
}

Deno.test("A Dockerfile gives its stages and what they are built upon", () => {
  const { stages, base, images, needsBuildKit } = parseDockerfile(
    [
      "FROM scratch AS Empty",
      "COPY a b",
      "FROM --platform=linux/arm64 golang:1 AS build",
      "RUN make",
      "FROM BUILD",
      "COPY --from=empty /a /b",
      "COPY --from=quay.io/a/b:c /a /b",
      "COPY --from=1 /a /b",
    ].join("\n"),
  );
  assertEquals(
    stages.map(({ name, line, base: { kind } }) => [name, line, kind]),
    [["empty", 1, "scratch"], ["build", 3, "image"], [undefined, 5, "stage"]],
  );
  const [, build, last] = stages.map((stage) => stage.base);
  assertEquals(build?.kind === "image" && build.platform, "linux/arm64");
  assertEquals(last?.kind === "stage" && last.index, 1);
  assertEquals(base?.familiar, "golang:1");
  assertEquals(images.map((image) => image.familiar), [
    "golang:1",
    "quay.io/a/b:c",
  ]);
  assertEquals(needsBuildKit, []);
});

Deno.test("The first image of a FROM is the base, and comes first", () => {
  const { base, images } = parseDockerfile(
    "FROM scratch\nCOPY --from=a x y\nFROM b\nFROM a\nFROM c:1",
  );
  assertEquals(base?.familiar, "b");
  assertEquals(images.map((image) => image.familiar), ["b", "a", "c:1"]);
});

Deno.test("A Dockerfile upon nothing has no base", () => {
  const { base, images } = parseDockerfile("FROM scratch\nCOPY --from=a x y");
  assertEquals(base, undefined);
  assertEquals(images.map((image) => image.familiar), ["a"]);
});

Deno.test("Each image is there once", () => {
  assertEquals(
    images("FROM a\nFROM docker.io/library/a\nFROM a:1\nCOPY --from=a x y"),
    ["a", "a:1"],
  );
});

Deno.test("A stage's name hides an image, but not before the stage is over", () => {
  assertEquals(images("FROM a AS a\nFROM a"), ["a"]);
  assertEquals(images("FROM a\nFROM b AS a\nCOPY --from=a x y"), ["a", "b"]);
  assertEquals(images("FROM a AS scratch\nFROM scratch"), ["a"]);
  assertEquals(images("FROM a\nFROM 0"), ["a", "0"]);
});

Deno.test("An ARG before the first FROM counts, with all that it can hold", () => {
  const cases: [args: string, from: string, image: string][] = [
    ["ARG x=a", "$x", "a"],
    ["ARG x=a y=b", "$x/$y", "a/b"],
    ["ARG x=a\nARG y=${x}b", "$y", "ab"],
    ["ARG x=a y=$x", "i${y}", "i"],
    ["ARG x=\"a\" y='b'", "${x}${y}", "ab"],
    ["ARG x='$y'", "a:1", "a:1"],
    ["ARG x=a\\b", "$x", "ab"],
    ["ARG x=a\nARG x", "i$x", "i"],
    ["ARG x=a\nARG x=b", "$x", "b"],
    ["ARG x", "${x:-a}", "a"],
    ["ARG x=", "${x:-a}", "a"],
    ["ARG x=", "i${x-a}", "i"],
    ["ARG x=b", "i${x:+a}", "ia"],
    ["ARG x=", "i${x:+a}", "i"],
    ["ARG x=", "i${x+a}", "ia"],
    ["ARG x=a", "${x:?no}${x?no}", "aa"],
    ["ARG x=a/b/c", "${x#*/}", "b/c"],
    ["ARG x=a/b/c", "${x##*/}", "c"],
    ["ARG x=a/b/c", "${x%/*}", "a/b"],
    ["ARG x=a/b/c", "${x%%/*}", "a"],
    ["ARG x=a/b/c", "${x#??}", "b/c"],
    ["ARG x=a/b/c", "${x/\\//-}", "a-b/c"],
    ["ARG x=a/b/c", "${x//\\//-}", "a-b-c"],
    ["ARG x=abcabc", "${x/b*b/_}", "a_c"],
    ["ARG x=abcabc", "${x//?c/x}", "axax"],
    ["ARG x=a.b", "${x%%.*}", "a"],
    ["ARG x=a y=", "${y:-${x}}", "a"],
    ["ARG x=a", '"$x"', "a"],
    ["ARG x=a", "'b'$x", "ba"],
    ["ARG x=a", "${x}:${y:-1}", "a:1"],
    ["ARG x=1", "a:v$x", "a:v1"],
  ];
  for (const [args, from, image] of cases) {
    assertEquals(images(`${args}\nFROM ${from}`), [image], `${args} ${from}`);
  }
});

Deno.test("An ARG after a FROM does not reach the next FROM", () => {
  assertEquals(images("ARG x=a\nFROM $x\nARG x=b\nFROM $x"), ["a"]);
});

Deno.test("Values from outside win over an ARG's own", () => {
  assertEquals(images("ARG x=a\nFROM $x", { x: "b" }), ["b"]);
  assertEquals(images("ARG x\nFROM ${x:-a}", { x: "b" }), ["b"]);
  assertEquals(images("FROM ${x:-a}", { x: "b" }), ["a"]);
  assertEquals(images("ARG x=a\nARG y=$x\nFROM $y", { x: "b" }), ["b"]);
  assertEquals(images("FROM a:$no_proxy", { no_proxy: "b" }), ["a:b"]);
});

Deno.test("Directives are read at the top, and nowhere else", () => {
  const escaped = "FROM a`\nb";
  assertEquals(images(`# escape=\`\n${escaped}`), ["ab"]);
  assertEquals(images(`#escape = \` \r\n${escaped}`), ["ab"]);
  assertEquals(
    images(`# syntax=x\n# check=skip=all\n# ESCAPE=\`\n${escaped}`),
    [
      "ab",
    ],
  );
  assertEquals(images("# a comment\n# escape=`\nFROM a\\\nb"), ["ab"]);
  assertEquals(images("\n# escape=`\nFROM a\\\nb"), ["ab"]);
  assertEquals(images("# syntax=docker/dockerfile:1\nFROM a"), ["a"]);
});

Deno.test("Comments, empty lines and line ends are read as the engine does", () => {
  assertEquals(images("\ufeffFROM a\n"), ["a"]);
  assertEquals(images(new TextEncoder().encode("\ufeffFROM a")), [
    "a",
  ]);
  assertEquals(images("FROM a\r\nFROM b\r\n"), ["a", "b"]);
  assertEquals(images("  # c\n\tFROM a"), ["a"]);
  assertEquals(images("from \\\n# c\n\n  a \\\n  AS b\nFROM b"), ["a"]);
  assertEquals(images("FROM a \\  \n AS b"), ["a"]);
  assertEquals(images("ARG x=a \\\n y=b\nFROM $x$y"), ["ab"]);
  assertEquals(images("FROM a\nRUN x \\\\\nFROM b"), ["a", "b"]);
});

Deno.test("Lines of a command are not taken for instructions", () => {
  assertEquals(images("FROM a\nRUN echo \\\nFROM b\n"), ["a"]);
  assertEquals(images("FROM a\nRUN echo $((1 << 2))\nFROM b"), ["a", "b"]);
  assertEquals(images("FROM a\nRUN echo '<<EOF'\nFROM b"), ["a", "b"]);
  assertEquals(images('FROM a\nRUN ["cat", "<<EOF"]\nFROM b'), ["a", "b"]);
  assertEquals(images("FROM a\nCMD cat <<EOF\nFROM b"), ["a", "b"]);
});

Deno.test("Images come from COPY --from and RUN --mount, and not from ADD", () => {
  assertEquals(
    images(
      [
        "FROM a",
        "COPY --chown=1 --from=b x y",
        'COPY --from="c" ["x", "y"]',
        "RUN --mount=type=cache,target=/x --mount=type=bind,from=d,target=/y z",
        'RUN --mount="type=bind,from=e" z',
        'RUN --mount=type=bind,\\"from=f\\" z',
        "COPY --from=scratch x y",
        "COPY --from= x y",
      ].join("\n"),
    ),
    ["a", "b", "c", "d", "e", "f"],
  );
});

Deno.test("A trigger counts where a stage is built upon the one that has it", () => {
  const trigger = "ONBUILD COPY --from=b x y";
  assertEquals(images(`FROM a AS s\n${trigger}`), ["a"]);
  assertEquals(images(`FROM a AS s\n${trigger}\nFROM s`), ["a", "b"]);
  assertEquals(images(`FROM a AS s\n${trigger}\nFROM s AS t\nFROM t`), [
    "a",
    "b",
  ]);
});

Deno.test("What the classic builder refuses by itself is noted with its line", () => {
  const { needsBuildKit } = parseDockerfile(
    [
      "FROM --platform=$BUILDPLATFORM a AS x",
      "RUN --mount=type=cache,target=/x --network=none y",
      "COPY --chmod=755 --link x y",
      "ADD --link=false x y",
      "FROM b:${TARGETARCH:-1}",
    ].join("\n"),
  );
  assertEquals(needsBuildKit, [
    { line: 1, feature: "$BUILDPLATFORM" },
    { line: 2, feature: "RUN --mount" },
    { line: 2, feature: "RUN --network" },
    { line: 3, feature: "COPY --chmod" },
    { line: 3, feature: "COPY --link" },
  ]);
});
