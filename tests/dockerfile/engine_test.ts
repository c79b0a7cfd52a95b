import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Dockerfile } from "../../lib/dockerfile/dockerfile.ts";
import { DockerfileError } from "../../lib/dockerfile/error.ts";
import { parseDockerfile } from "../../lib/dockerfile/parse.ts";
import { EngineBuilder } from "./_engine_builder.ts";
import { TinyRegistry } from "./_tiny_registry.ts";

/** A Dockerfile for the engine and what is given with it. */
interface Sample {
  /** `@` stands for the registry and a repository of the sample's own. */
  readonly text: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

function choose(...texts: string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...texts);
}

/** What an ARG can be set to. */
const value = choose(
  "",
  "a",
  "b/c",
  "1.0",
  "'q'",
  '"$x"',
  "$y",
  "${x}z",
  "${z:-w}",
  "${y:+v}",
  '"${x:-q}/r"',
  "a\\b",
  "\\$x",
  "'$x'",
);
const name = choose("x", "y", "z");
const argument = fc.oneof(
  fc.tuple(name, value).map(([key, text]) => `${key}=${text}`),
  name,
);
const args = fc.array(argument, { minLength: 1, maxLength: 3 })
  .map((words) => `ARG ${words.join(" ")}`);

const substitution = choose(
  "$x",
  "${y}",
  "${x:-d}",
  "${z:+e}",
  "${y:-${z:-f}}",
  "'x'",
  '"$y"',
  "\\x",
  "${x:?unset}",
);
const tag = choose("", "", ":1", ":$x", ":${z:-2}", ":v$y", "@!");

/** The name of an image in a repository of the sample's own. */
const image = fc.tuple(
  choose("a", "b", "c"),
  fc.array(substitution, { maxLength: 2 }),
  tag,
).map(([word, parts, end]) =>
  // A repository with a digest is asked for by nothing but the digest.
  end === "@!" ? `@d/${word}@!` : `@${word}${parts.join("")}${end}`
);
/** A word that names an earlier stage, given how many there are. */
type StageWord = (count: number) => string;

const stage: fc.Arbitrary<StageWord> = fc.tuple(
  fc.nat({ max: 9 }),
  choose("s", "S", "'s'", "\\s"),
).map(([index, s]) => (count) => `${s}${index % count}`);

/** Lines of a Dockerfile, given how many stages there are. */
type Lines = (count: number) => string;

// The engine neither ends a build with nothing in it nor copies from it.
const from: fc.Arbitrary<Lines> = fc.oneof(
  image.map((base): Lines => (count) => `FROM ${base} AS S${count}`),
  stage.map((base): Lines => (count) => `FROM ${base(count)} as s${count}`),
  fc.constant<Lines>((count) =>
    `FROM scratch AS s${count}\nCOPY --from=s0 /f /f`
  ),
);
const source: fc.Arbitrary<StageWord> = fc.oneof(
  image.filter((word) => !/[$'"\\]/.test(word))
    .map((word): StageWord => () => word),
  fc.nat({ max: 9 }).map((index): StageWord => (count) =>
    // The current stage cannot be copied from, nor be named by its number.
    count === 1 ? "@a" : `${["S", ""][index % 2]}${index % (count - 1)}`
  ),
);
const copy: fc.Arbitrary<Lines> = fc.tuple(choose("", "ONBUILD "), source)
  .map(([prefix, word]) => (count) =>
    `${prefix}COPY --from=${word(count)} /f /g`
  );
const comment = choose("# FROM @never", "", "  # more");
const line: fc.Arbitrary<Lines> = fc.oneof(
  from,
  from,
  copy,
  fc.oneof(args, comment).map((text): Lines => () => text),
);

const sample: fc.Arbitrary<Sample> = fc.record({
  text: fc.tuple(
    choose("", "", "# syntax=never\n", "# escape=\\\n", "\ufeff"),
    fc.array(fc.oneof(args, comment), { maxLength: 4 }),
    image,
    fc.array(line, { maxLength: 6 }),
    choose("\n", "\n", "\r\n", "\n\n# c\n"),
    choose(" ", "  \t", " \\\n# c\n\n  "),
  ).map(([top, head, base, body, end, gap]) => {
    const lines = [...head, `FROM ${base} AS s0`];
    let count = 1;
    for (const line of body) {
      const text = line(count);
      lines.push(text);
      if (text.startsWith("FROM")) count++;
    }
    return top +
      lines.map((text) => text.replace(" ", gap)).join(end);
  }),
  buildArgs: fc.dictionary(name, choose("", "g", "h/i"), { maxKeys: 2 }),
});

Deno.test("The engine asks registries for the images that are found here, and for no others", async () => {
  await using registry = await TinyRegistry.start();
  await using engine = new EngineBuilder();
  let built = 0;
  let count = 0;
  await fc.assert(
    fc.asyncProperty(sample, async ({ text, buildArgs }) => {
      registry.requests.length = 0;
      const dockerfile = text
        .replaceAll("@!", `@${registry.digest}`)
        .replaceAll(/@(?!sha256)/g, `${registry.host}/${++count}/`);

      const needed = parseOrRefuse(dockerfile, buildArgs);
      // Nothing outside this machine is to be asked.
      fc.pre(
        needed instanceof DockerfileError ||
          needed.images.every((image) => image.isOn(registry.host)),
      );
      const outcome = await engine.build(dockerfile, buildArgs);
      const asked = imagesOf(registry);
      for (const name of asked) engine.removeLater(`${registry.host}/${name}`);

      if (needed instanceof DockerfileError) {
        assert(outcome.kind !== "built", `Refused: ${needed.message}`);
        return;
      }
      assertEquals(outcome, { kind: "built" });
      assertEquals(
        needed.images.map(({ path, pullParameters: { tag } }) =>
          `${path}${tag.includes(":") ? "@" : ":"}${tag}`
        ).sort(),
        asked,
      );
      built++;
    }),
    { numRuns: 60 },
  );
  assert(built > 10, `${built} of the samples could be built`);
});

/** Instructions that engines since 20.10 take, and ones that none takes. */
const instruction = choose(
  "RUN make",
  'RUN ["make"]',
  "RUN [make",
  'RUN ["make", 1]',
  "RUN",
  "RUN --mount=type=cache,target=/a b",
  "RUN --mount b",
  "RUN --nothing=a b",
  "COPY a b",
  "COPY a",
  'COPY ["a", "b"]',
  'COPY ["a"]',
  'COPY --chown="1:1" a b',
  "COPY --chown=1 --chown=2 a b",
  "COPY --from a b",
  "COPY -- a b",
  "ADD --from=x a b",
  "ADD https://a/b c",
  "ARG",
  "ARG a=b c",
  "ARG =b",
  "ARG --a b",
  "ENV a b",
  "ENV a",
  "ENV a=b c=d",
  "ENV a=b c",
  "ENV =a",
  "ENV a=\"b c\" d='e f'",
  "ENV a=b\\ c",
  "LABEL a",
  'LABEL "a b"=c',
  "EXPOSE",
  "EXPOSE 80 81/udp",
  "CMD",
  "CMD --a",
  "ENTRYPOINT [1]",
  "HEALTHCHECK NONE",
  "HEALTHCHECK NONE a",
  "HEALTHCHECK --interval=1s CMD a",
  "HEALTHCHECK CMD",
  'HEALTHCHECK CMD ["a"]',
  "HEALTHCHECK CMD []",
  "HEALTHCHECK CMD [1]",
  "HEALTHCHECK a",
  "MAINTAINER",
  "MAINTAINER a b",
  "ONBUILD",
  "ONBUILD RUN a",
  "ONBUILD ENV a",
  "ONBUILD FROM a",
  "ONBUILD ONBUILD RUN a",
  "ONBUILD NOTHING",
  "SHELL /bin/sh",
  'SHELL ["/bin/sh"]',
  "SHELL []",
  "STOPSIGNAL",
  "STOPSIGNAL 9",
  "USER",
  "USER a b",
  "VOLUME",
  'VOLUME [""]',
  "VOLUME /a /b",
  "WORKDIR",
  "WORKDIR /a b",
  "NOTHING",
  "FROM",
  "FROM a AS",
  "FROM a b",
  "FROM a AS 1",
  "FROM a AS b_c",
  "FROM --platform=linux/amd64 a",
  "FROM --platform a",
  "FROM --nothing=a b",
  "from a",
  "\\",
  "# comment",
  "",
);
const directives = choose(
  "",
  "",
  "# escape=`\n",
  "# escape=x\n",
  "# escape=`\n# escape=`\n",
  "# syntax=a\n# Escape = `  \n",
  "# syntax=a\n# syntax=b\n",
  "# comment\n# escape=x\n",
  "\n# escape=x\n",
  "#escape=\n",
);
const lineEnd = choose("\n", "\n", "\n", "\r\n", "\n\n", " \n");
const continuation = choose(
  " \\\n",
  "`\n",
  " \\  \n",
  "\\\n# c\n",
  "\\\n\n",
  "\\\\\n",
);
// Whether anything may follow a list differs: the parser of 20.10 drops it.
const instructionLine = instruction.chain((text) =>
  (text.includes("[") ? lineEnd : fc.oneof(lineEnd, continuation))
    .map((end) => text + end)
);

Deno.test("The engine reads a Dockerfile if and only if it is read here", async () => {
  await using engine = new EngineBuilder();
  // A registry that is not there ends every build that begins.
  const barrier = "FROM 127.0.0.1:1/nothing\n";
  const text = fc.tuple(
    directives,
    choose("", "", "ARG a=b\n", "ARG\n", "RUN a\n"),
    fc.array(instructionLine, { minLength: 1, maxLength: 3 }),
  ).map(([top, head, lines]) => `${top}${head}${barrier}${lines.join("")}`);
  const seen = { read: 0, unreadable: 0 };
  await fc.assert(
    fc.asyncProperty(text, async (dockerfile) => {
      const parsed = parseOrRefuse(dockerfile);
      // What only shows when an instruction's turn comes is behind the barrier.
      const isRead = !(parsed instanceof DockerfileError) ||
        ["image_name", "substitution"].includes(parsed.kind);
      const { kind } = await engine.build(dockerfile);
      assertEquals(isRead ? "failed" : "unreadable", kind, `${parsed}`);
      seen[isRead ? "read" : "unreadable"]++;
    }),
    { numRuns: 400 },
  );
  assert(Math.min(seen.read, seen.unreadable) > 20, JSON.stringify(seen));
});

function parseOrRefuse(
  text: string,
  buildArgs: Readonly<Record<string, string>> = {},
): Dockerfile | DockerfileError {
  try {
    return parseDockerfile(text, { buildArgs });
  } catch (error) {
    if (error instanceof DockerfileError) return error;
    throw error;
  }
}

/** What a registry was asked for, as `repository:tag` or `repository@digest`. */
function imagesOf({ requests, digest }: TinyRegistry): string[] {
  const names = requests
    .filter(({ repository, reference }) =>
      // Engines resolve a tag to a digest and may ask for that, too.
      reference !== digest || /^\d+\/d\//.test(repository)
    )
    .map(({ repository, reference }) =>
      `${repository}${reference === digest ? "@" : ":"}${reference}`
    );
  return [...new Set(names)].sort();
}
