import { gitPermissions } from "../../lib/config/permissions.ts";
import { NEVER } from "../../lib/manager/embedded/answers.ts";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { onBegun } from "../support/on_begun.ts";
import { eventually } from "../support/eventually.ts";
import { RegistryGate } from "../support/registry_gate.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { DOCKER_HOST, WorkerProcess } from "../support/worker_process.ts";
import { Stage } from "./_stage.ts";

/** A build that does not get out of a phase by itself. */
export interface HeldBuild {
  /** What holds it. */
  readonly name: string;
  /** What a deadline in that phase is to the manager: the end of its URI. */
  readonly lateUri: string;
  /** Its arguments besides those that every build has. */
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** Whether it is where it cannot get out of. */
  isHeld(): boolean;
}

/** Options of {@linkcode HeldBuilds.prepare}. */
export interface HeldBuildsOptions {
  /** Address of the engine. Default: the one that the tests build on. */
  readonly dockerHost?: string;
  /** More of the worker's environment. Default: none. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How many builds a {@linkcode HeldBuilds} has. */
const COUNT = 7;

/** One build held in each way there is, all at once in one worker. */
export class HeldBuilds implements AsyncDisposable {
  readonly stage: Stage;
  readonly manager: EmbeddedManager;
  readonly worker: WorkerProcess;
  readonly builds: readonly HeldBuild[];
  readonly #checkouts: TemporaryDirectory;
  readonly #before: readonly string[];
  readonly #stack: AsyncDisposableStack;

  private constructor(
    parts: Pick<HeldBuilds, "stage" | "manager" | "worker" | "builds">,
    checkouts: TemporaryDirectory,
    before: readonly string[],
    stack: AsyncDisposableStack,
  ) {
    this.stage = parts.stage;
    this.manager = parts.manager;
    this.worker = parts.worker;
    this.builds = parts.builds;
    this.#checkouts = checkouts;
    this.#before = before;
    this.#stack = stack;
  }

  static async prepare(
    { dockerHost = DOCKER_HOST, env = {} }: HeldBuildsOptions = {},
  ): Promise<HeldBuilds> {
    await using stack = new AsyncDisposableStack();
    const stage = stack.use(await Stage.set(dockerHost));
    const checkouts = stack.use(await TemporaryDirectory.create());
    const uncached = stack.use(await RegistryGate.start(stage.open.host)).host;
    let isAsked = false;
    let isRunning = false;
    const manager = stack.use(
      await EmbeddedManager.listen({
        answers: {
          cacheTag: ({ baseImageName }) => {
            if (!baseImageName.startsWith(uncached)) return "cache";
            isAsked = true;
            return NEVER;
          },
        },
        onEvent: onBegun(() => isRunning = true),
      }),
    );
    const builds = await holdBuilds(stage, stack, {
      uncached,
      isAsked: () => isAsked,
      isRunning: () => isRunning,
    });
    const worker = stack.use(
      new WorkerProcess({
        env: {
          DOCKER_HOST: dockerHost,
          ENDPOINT: manager.url,
          BUILDERS: String(COUNT),
          TMPDIR: checkouts.path,
          MANAGER_TIMEOUT: "10m",
          ...env,
        },
        permissions: gitPermissions({
          socket: dockerHost.replace(/^unix:\/\//, ""),
          temporaryDirectory: checkouts.path,
        }),
      }),
    );
    const before = await stage.traces();
    const parts = { stage, manager, worker, builds };
    return new HeldBuilds(parts, checkouts, before, stack.move());
  }

  /** Starts them all; the reports come once they are ended. */
  start(signal?: AbortSignal): Promise<BuildReport>[] {
    return this.builds.map(({ kwargs }) =>
      this.manager.build(this.stage.arguments(kwargs), signal && { signal })
    );
  }

  /** Waits until each is where it cannot get out of. */
  async held(): Promise<void> {
    for (const { name, isHeld } of this.builds) {
      await eventually(() => isHeld() || undefined, { what: name });
    }
  }

  /** What is left behind on the engine and on the disk. */
  async leftovers(): Promise<string[]> {
    const traces = await this.stage.traces();
    const files = await Array.fromAsync(Deno.readDir(this.#checkouts.path));
    return [
      ...traces.filter((trace) => !this.#before.includes(trace)),
      ...files.map(({ name }) => name),
    ];
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

/** What the manager knows of builds that hold by themselves. */
interface ManagedBuilds {
  /** The registry whose base images' caches it never names. */
  readonly uncached: string;
  /** Whether it was asked for one. */
  isAsked(): boolean;
  /** Whether the step that holds runs. */
  isRunning(): boolean;
}

async function holdBuilds(
  stage: Stage,
  stack: AsyncDisposableStack,
  managed: ManagedBuilds,
): Promise<HeldBuild[]> {
  const holding = async (path: string) => {
    const gate = stack.use(await RegistryGate.start(stage.open.host));
    gate.rule = (request) => ({
      kind: request.path.includes(path) ? "hold" : "pass",
    });
    const isHeld = () => gate.requests.some((line) => line.includes(path));
    return { host: gate.host, isHeld };
  };
  const web = await holding("/");
  const git = await holding("/");
  const bases = await holding("/v2/e2e/base/manifests/");
  const caches = await holding("/manifests/cache");
  const pushes = await holding("/blobs/uploads/");
  const from = (base: string, step = "true") =>
    stage.package({ Dockerfile: `FROM ${base}\nRUN ${step}\n` });
  return [
    {
      name: "the server of the package",
      lateUri: "buildpackissue",
      kwargs: { build_package: `http://${web.host}/package.tar.gz` },
      isHeld: web.isHeld,
    },
    {
      name: "the git server",
      lateUri: "gitfailure",
      kwargs: {
        git: { url: `http://${git.host}/project.git`, sha: "0".repeat(40) },
      },
      isHeld: git.isHeld,
    },
    {
      name: "the registry of the base image",
      lateUri: "cannotpullbaseimage",
      kwargs: { build_package: await from(`${bases.host}/e2e/base`) },
      isHeld: bases.isHeld,
    },
    {
      name: "the manager that is to name a cache",
      lateUri: "builderror",
      kwargs: { build_package: await from(`${managed.uncached}/e2e/base`) },
      isHeld: () => managed.isAsked(),
    },
    {
      name: "the registry of the cache image",
      lateUri: "builderror",
      kwargs: {
        build_package: await from(stage.base),
        registry: caches.host,
      },
      isHeld: caches.isHeld,
    },
    {
      name: "a step of the build",
      lateUri: "builderror",
      kwargs: {
        build_package: await from(
          stage.base,
          "date +%N > /now; echo begun; sleep 600",
        ),
      },
      isHeld: () => managed.isRunning(),
    },
    {
      name: "the registry that is pushed to",
      lateUri: "pushissue",
      kwargs: {
        build_package: await from(stage.base),
        registry: pushes.host,
      },
      isHeld: pushes.isHeld,
    },
  ];
}
