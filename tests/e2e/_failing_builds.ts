import { assertEquals, assertStringIncludes } from "@std/assert";
import { listImages } from "../../lib/engine/list_images.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { type Answers, GARBAGE } from "../../lib/manager/embedded/answers.ts";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import { WampError } from "../../lib/wamp/errors.ts";
import type { Stage } from "./_stage.ts";

/** A build that must fail, and what the manager must be told. */
export interface FailingBuild {
  readonly name: string;
  /** The error URI after `io.quay.builder.`. */
  readonly uri: string;
  /** What the base error must hold. */
  readonly says: readonly string[];
  /** What it must not hold. */
  readonly lacks?: string;
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly answers?: Answers;
}

/** A build for every way in which one of a package can fail. */
export async function failingBuilds(stage: Stage): Promise<FailingBuild[]> {
  const { base, packages } = stage;
  const withDockerfile = (Dockerfile: string) => stage.package({ Dockerfile });
  const working = await withDockerfile(`FROM ${base}\nRUN true\n`);
  const gzip = await stage.package({ Dockerfile: `FROM ${base}\n` });
  const broken = new Uint8Array(await (await fetch(gzip)).arrayBuffer());
  broken.fill(0x55, 20);
  return [
    {
      name: "the package is not there",
      uri: "buildpackissue",
      says: ["404"],
      kwargs: { build_package: working.replace(/package-\d+/, "missing") },
    },
    {
      name: "no source is given",
      uri: "buildpackissue",
      says: ["neither a package nor a git repository"],
      kwargs: {},
    },
    {
      name: "a web page comes where an archive was promised",
      uri: "dockerfileissue",
      says: ["a web page"],
      kwargs: {
        build_package: packages.add({
          body: "<!DOCTYPE html><html><body>Please log in</body></html>",
          contentType: "application/gzip",
        }),
      },
    },
    {
      name: "the archive is broken",
      uri: "cannotextractbuildpack",
      says: [],
      kwargs: {
        build_package: packages.add({
          body: broken,
          contentType: "application/gzip",
        }),
      },
    },
    {
      name: "the Dockerfile is missing",
      uri: "dockerfileissue",
      says: ["Dockerfile.dev"],
      kwargs: { build_package: working, dockerfile_path: "Dockerfile.dev" },
    },
    {
      name: "the context is missing",
      uri: "dockerfileissue",
      says: ["no-such-directory"],
      kwargs: { build_package: working, context: "/no-such-directory" },
    },
    {
      name: "the Dockerfile is empty",
      uri: "dockerfileissue",
      says: ["empty"],
      kwargs: { build_package: await withDockerfile("") },
    },
    {
      name: "the Dockerfile has no FROM",
      uri: "dockerfileissue",
      says: ["FROM"],
      kwargs: { build_package: await withDockerfile("RUN true\n") },
    },
    {
      name: "FROM names no valid image",
      uri: "dockerfileissue",
      says: ["line 1"],
      kwargs: { build_package: await withDockerfile("FROM Not/Valid!\n") },
    },
    {
      name: "the base image does not exist",
      uri: "cannotpullbaseimage",
      says: ["no-such-image"],
      kwargs: {
        build_package: await withDockerfile(
          `FROM ${stage.open.host}/e2e/no-such-image:7\n`,
        ),
      },
    },
    {
      name: "the base image wants another password",
      uri: "cannotpullbaseimage",
      says: [`${stage.guarded.host}/e2e/base`],
      kwargs: {
        build_package: await withDockerfile(
          `FROM ${stage.guarded.host}/e2e/base\n`,
        ),
        registry: stage.guarded.host,
        base_image: { username: "$token", password: "wrong-password" },
      },
    },
    {
      name: "a RUN fails",
      uri: "builderror",
      says: ["returned a non-zero code: 42", "the reason why it fails"],
      kwargs: {
        build_package: await withDockerfile(
          `FROM ${base}\nRUN echo the reason why it fails >&2; exit 42\n`,
        ),
      },
    },
    {
      name: "a RUN fails that speaks of registries",
      uri: "builderror",
      says: ["returned a non-zero code: 1"],
      lacks: "The registry",
      kwargs: {
        build_package: await withDockerfile(
          `FROM ${base}\nRUN echo permission denied; exit 1\n`,
        ),
      },
    },
    {
      name: "a RUN needs BuildKit",
      uri: "builderror",
      says: ["RUN --mount (line 2)", "classic builder"],
      kwargs: {
        build_package: await withDockerfile(
          `FROM ${base}\nRUN --mount=type=cache,target=/x true\n`,
        ),
      },
    },
    {
      name: "the classic builder would build a heredoc wrongly",
      uri: "dockerfileissue",
      says: ["line 2", "BuildKit"],
      kwargs: {
        build_package: await withDockerfile(
          `FROM ${base}\nRUN <<EOF\ntrue\nEOF\n`,
        ),
      },
    },
    {
      name: "the registry denies the push",
      uri: "pushissue",
      says: [stage.guarded.host],
      kwargs: {
        build_package: working,
        registry: stage.guarded.host,
        push_token: "wrong-token-0123",
      },
    },
    {
      name: "the built image is taken away before it is pushed",
      uri: "tagissue",
      says: ["Cannot tag the image"],
      kwargs: { build_package: await withDockerfile(`FROM ${base}\nRUN id\n`) },
      answers: {
        phase: async ({ phase }) => {
          if (phase !== "pushing") return;
          for (const name of await builtImages(stage)) {
            await removeImage(stage.engine, name, { force: true });
          }
        },
      },
    },
    {
      name: "a tag is no tag",
      uri: "missingorinvalidargument",
      says: ["not a tag"],
      kwargs: { build_package: working, tag_names: ["not a tag"] },
    },
    {
      name: "arguments are of the wrong type",
      uri: "missingorinvalidargument",
      says: ['"git" is not an object', '"tag_names"'],
      kwargs: { build_package: working, git: "git@host", tag_names: 7 },
    },
    {
      name: "the manager answers a phase with false",
      uri: "clientrejectedtransition",
      says: [],
      kwargs: { build_package: working },
      answers: { phase: ({ phase }) => phase !== "building" },
    },
    {
      name: "the manager answers a log entry with false",
      uri: "clientrejectedtransition",
      says: [],
      kwargs: {
        build_package: await withDockerfile(
          `FROM ${base}\nRUN echo begun; sleep 60\n`,
        ),
      },
      answers: { log: ({ entry }) => !entry.stream?.includes("begun\n") },
    },
    {
      name: "the manager's answer to a phase makes no sense",
      uri: "errorduringphasetransition",
      says: [],
      kwargs: { build_package: working },
      answers: { phase: () => GARBAGE },
    },
    {
      name: "the manager itself fails at a phase",
      uri: "errorduringphasetransition",
      says: ["The Build Manager failed"],
      kwargs: { build_package: working },
      answers: {
        phase: () => {
          throw new WampError("com.example.weird");
        },
      },
    },
    {
      name: "the manager's cache tag makes no sense",
      uri: "cachelookupissue",
      says: [],
      kwargs: { build_package: working },
      answers: { cacheTag: () => GARBAGE },
    },
  ];
}

async function builtImages({ engine }: Stage): Promise<string[]> {
  const references = ["quay-builder.localhost/build"];
  const images = await listImages(engine, { references });
  return images.flatMap(({ repoTags }) => repoTags);
}

/** The manager was told of the failure, and in words that help. */
export function assertFailed(
  report: BuildReport,
  expected: FailingBuild,
): void {
  if (report.kind !== "failure") {
    throw new Error(`The build did not fail: ${JSON.stringify(report)}`);
  }
  assertEquals(report.uri, `io.quay.builder.${expected.uri}`, report.baseError);
  if (expected.lacks !== undefined) {
    assertEquals(report.baseError.includes(expected.lacks), false);
  }
  for (const text of expected.says) {
    assertStringIncludes(report.baseError, text);
  }
}
