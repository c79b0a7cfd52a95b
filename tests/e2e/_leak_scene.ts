import { assert, assertEquals } from "@std/assert";
import { getInfo } from "../../lib/engine/info.ts";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import { Secret } from "../../lib/secret/secret.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { GitServers } from "./_git_servers.ts";
import { readImage } from "./_image_contents.ts";
import { Mark, openMark, secretMark } from "./_mark.ts";
import { MarkSearch } from "./_mark_search.ts";
import { Stage, TOKEN } from "./_stage.ts";

/** Every place that is searched. */
export const PLACES = {
  output: "the worker's output",
  manager: "what the manager was sent",
  configuration: "an image's configuration",
  history: "an image's history",
  layers: "an image's layers",
  arguments: "the arguments of a command",
  environment: "the environment of a command",
  workerDisk: "the worker's disk",
  engineDisk: "the engine's disk",
} as const;

/** A mark in the place of every secret that a worker is told. */
export const SECRETS = {
  pull: secretMark("the pull token"),
  push: secretMark("the push token"),
  registry: new Mark("the token of the registry", TOKEN),
  baseImage: secretMark("the password of the base image"),
  wrongPush: new Mark("a wrong push token", "wrong-token-0123"),
  wrongBaseImage: new Mark("a wrong password", "wrong-password"),
  signature: secretMark("the signature in a package's URL"),
  git: secretMark("the password in a git URL"),
  wrongGit: secretMark("a wrong password in a git URL"),
  gitUser: secretMark("the token in a git URL"),
  hosted: secretMark("the token of a hosted worker"),
};

/** In sight everywhere: shows that each search finds what is there. */
export const SEEN = openMark("what may be seen");

/** The lines of a key that only the key has. */
function markKey(name: string, key: Secret): Mark[] {
  const body = key.reveal().trim().split("\n").slice(1, -1);
  // OpenSSH's format begins with its name, the cipher and the public key.
  return body.slice(2).map((line, index) =>
    new Mark(`line ${index + 3} of ${name}`, line)
  );
}

/** What all the builds need, with a search that they are subject to. */
export class Scene implements AsyncDisposable {
  readonly stage: Stage;
  readonly git: GitServers;
  /** `TMPDIR` of the workers. */
  readonly scratch: string;
  readonly secrets: readonly Mark[];
  readonly search: MarkSearch;
  readonly #since = Date.now();
  readonly #stack: AsyncDisposableStack;

  private constructor(
    { stage, git, scratch }: Pick<Scene, "stage" | "git" | "scratch">,
    stack: AsyncDisposableStack,
  ) {
    this.stage = stage;
    this.git = git;
    this.scratch = scratch;
    this.#stack = stack;
    this.secrets = [
      ...Object.values(SECRETS),
      ...markKey("the private key", git.privateKey),
      ...markKey("a wrong private key", git.wrongKey),
    ];
    this.search = new MarkSearch([...this.secrets, SEEN]);
  }

  static async set(): Promise<Scene> {
    await using stack = new AsyncDisposableStack();
    const stage = stack.use(await Stage.set());
    const git = stack.use(
      await GitServers.start({
        name: SEEN.value,
        password: SECRETS.git.value,
        files: {
          Dockerfile: `FROM ${stage.base}\nCOPY . /src/\n` +
            `LABEL seen=${SEEN.value}\nRUN echo ${SEEN.value}\n`,
          file: SEEN.value,
        },
      }),
    );
    const own = stack.use(await TemporaryDirectory.create());
    const scratch = await own.directory(SEEN.value);
    return new Scene({ stage, git, scratch }, stack.move());
  }

  /** Arguments of a build that hold a secret wherever one can be. */
  arguments(
    overrides: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, unknown>> {
    const { build_package } = overrides;
    return this.stage.arguments({
      pull_token: SECRETS.pull.value,
      push_token: SECRETS.push.value,
      base_image: { username: "$token", password: SECRETS.baseImage.value },
      ...overrides,
      ...(typeof build_package === "string" &&
        { build_package: sign(build_package) }),
    });
  }

  /** Looks into the images that a build has pushed. */
  async lookIntoImages(report: BuildReport): Promise<void> {
    assert(report.kind === "success", JSON.stringify(report));
    assertEquals(report.digests.length, 1);
    const { engine, guarded } = this.stage;
    const credentials = {
      registry: guarded.host,
      username: "$token",
      password: new Secret(TOKEN),
    };
    for (const name of report.digests) {
      const image = await readImage(engine, name, { credentials });
      this.search.lookInto(PLACES.configuration, image.configuration);
      this.search.lookInto(PLACES.history, image.history);
      this.search.lookInto(PLACES.layers, image.archive);
    }
  }

  /** Looks at what workers and builds have left. */
  async lookOnDisks(): Promise<void> {
    const { rootDirectory = "" } = await getInfo(this.stage.engine);
    const look = (place: string, directory: string) =>
      this.search.lookOnDisk(place, directory, this.#since);
    await look(PLACES.workerDisk, this.scratch);
    await look(PLACES.engineDisk, rootDirectory);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

function sign(url: string): string {
  if (url === "") return url;
  return `${url}&X-Signature=${encodeURIComponent(SECRETS.signature.value)}`;
}
