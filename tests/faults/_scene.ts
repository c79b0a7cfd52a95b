import { gitPermissions } from "../../lib/config/permissions.ts";
import type { Answers } from "../../lib/manager/embedded/answers.ts";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import type { Stage } from "../e2e/_stage.ts";
import { eventually } from "../support/eventually.ts";
import { onBegun } from "../support/on_begun.ts";
import { type GateRequest, RegistryGate } from "../support/registry_gate.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import type { Moment } from "./_moment.ts";
import {
  type SceneBuild,
  sceneDockerfile,
  scenePackage,
  type SceneSource,
} from "./_scene_source.ts";

/** How a {@linkcode Scene} is set. */
export interface SceneOptions {
  /** Where the worker is held. */
  readonly moment: Moment;
  readonly dockerHost: string;
  /** Of the worker, besides what leads it to its manager and engine. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * When the command of a worker that is held while `building` comes to its
   * end. Default: never, unless it is stopped.
   */
  readonly command?: "once it is released" | "never";
  /** Gives the worker what it builds. Default: a package with the Dockerfile. */
  readonly source?: (
    dockerfile: string,
    moment: Moment,
  ) => SceneSource | Promise<SceneSource>;
  /**
   * How the manager is difficult at that moment. With it, nothing is held: the
   * fault is there from the beginning.
   */
  readonly answers?: (moment: Moment) => Answers;
  /** Of the manager, in milliseconds. */
  readonly heartbeatTimeout?: number;
}

/**
 * How long a worker may take to come to its moment, in milliseconds: others do
 * so at the same time.
 */
const PATIENCE = 180_000;

/** A tag that the manager has a cache for. */
const CACHE_TAG = "cached";

/**
 * One worker with a manager and a registry's front of its own, held at one
 * moment of its life so that a fault can strike there.
 */
export class Scene implements AsyncDisposable {
  readonly moment: Moment;
  readonly manager: EmbeddedManager;
  readonly gate: RegistryGate;
  /** The worker's `TMPDIR`. */
  readonly directory: TemporaryDirectory;
  /** What becomes of the build; none while `registering` or `idle`. */
  report: Promise<BuildReport> | undefined;
  /** The repository that is built upon: another's would be that one's, too. */
  readonly base = `e2e/base-${crypto.randomUUID()}`;
  /** The repository that is pushed to. */
  readonly repository = `e2e/image-${crypto.randomUUID()}`;
  #worker: WorkerProcess;
  readonly #options: SceneOptions;
  readonly #stack: AsyncDisposableStack;
  readonly #reached: PromiseWithResolvers<void>;
  readonly #released: PromiseWithResolvers<void>;

  private constructor(
    parts: Pick<Scene, "moment" | "manager" | "gate" | "directory">,
    options: SceneOptions,
    gates: Readonly<Record<"reached" | "released", PromiseWithResolvers<void>>>,
    stack: AsyncDisposableStack,
  ) {
    this.moment = parts.moment;
    this.manager = parts.manager;
    this.gate = parts.gate;
    this.directory = parts.directory;
    this.#options = options;
    this.#reached = gates.reached;
    this.#released = gates.released;
    this.#stack = stack;
    this.#worker = this.#start();
  }

  /** Starts a worker and leads it to the moment. */
  static async open(stage: Stage, options: SceneOptions): Promise<Scene> {
    const { moment } = options;
    await using stack = new AsyncDisposableStack();
    const directory = stack.use(await TemporaryDirectory.create());
    const gate = stack.use(await RegistryGate.start(stage.open.host));
    const released = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const hold = async () => {
      reached.resolve();
      await released.promise;
      return undefined;
    };
    const manager = stack.use(
      await EmbeddedManager.listen({
        answers: {
          ...(moment === "registering" && { register: hold }),
          cacheTag: moment === "checking-cache" ? hold : () => CACHE_TAG,
          ...options.answers?.(moment),
        },
        ...(options.heartbeatTimeout && {
          heartbeatTimeout: options.heartbeatTimeout,
        }),
        onEvent: onBegun(() => {
          if (moment === "building") reached.resolve();
        }),
      }),
    );
    const scene = new Scene(
      { moment, manager, gate, directory },
      options,
      { reached, released },
      stack.move(),
    );
    try {
      await scene.#lead(stage);
      return scene;
    } catch (error) {
      await scene[Symbol.asyncDispose]();
      throw error;
    }
  }

  get worker(): WorkerProcess {
    return this.#worker;
  }

  /** Lets go on what is held, and all that follows. */
  release(): void {
    this.#released.resolve();
    this.gate.open();
  }

  /** Starts another worker in place of the one that has ended. */
  restart(): void {
    this.#worker = this.#start();
  }

  /** The files that the worker has left. */
  async files(): Promise<string[]> {
    const entries = await Array.fromAsync(Deno.readDir(this.directory.path));
    return entries.map(({ name }) => name);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.release();
    return this.#stack.disposeAsync();
  }

  #start(): WorkerProcess {
    const { dockerHost, env } = this.#options;
    const socket = dockerHost.replace(/^unix:\/\//, "");
    const temporaryDirectory = this.directory.path;
    return this.#stack.use(
      new WorkerProcess({
        permissions: gitPermissions({ socket, temporaryDirectory }),
        env: {
          ENDPOINT: this.manager.url,
          DOCKER_HOST: dockerHost,
          TMPDIR: temporaryDirectory,
          // Its command asks this machine when it is released.
          BUILD_NETWORK: "host",
          ...env,
        },
      }),
    );
  }

  async #lead(stage: Stage): Promise<void> {
    const { moment } = this.#options;
    const isHeld = this.#options.answers === undefined;
    if (moment === "registering" && isHeld) await this.#untilReached();
    else await this.#untilReady();
    if (moment === "registering" || moment === "idle") return;
    await stage.pushBase(this.base);
    const build: SceneBuild = {
      stage,
      moment,
      base: `${this.gate.host}/${this.base}`,
      isHeld,
      command: this.#options.command ?? "never",
      released: this.#released.promise,
    };
    const dockerfile = sceneDockerfile(build);
    const source = await this.#options.source?.(dockerfile, moment) ??
      scenePackage(build, dockerfile);
    source.holds?.then(() => this.#reached.resolve());
    const kwargs = stage.arguments({
      registry: this.gate.host,
      repository: this.repository,
      ...source.kwargs,
    });
    if (isHeld) this.#hold();
    this.report = this.manager.build(kwargs);
    if (isHeld) await this.#untilReached();
  }

  #untilReady(): Promise<unknown> {
    const { manager, moment } = this;
    return eventually(
      () => manager.workers.find(({ state }) => state === "ready"),
      {
        what: `a worker that is to be held while ${moment}`,
        patience: PATIENCE,
      },
    );
  }

  /** Waits until the worker is held; a build that ends before never will be. */
  async #untilReached(): Promise<void> {
    const { moment } = this;
    let isReached = false;
    let early: BuildReport | undefined;
    void this.#reached.promise.then(() => isReached = true);
    void this.report?.then((report) => early = report);
    await eventually(() => {
      if (early !== undefined) {
        throw new Error(`Not held while ${moment}: ${JSON.stringify(early)}`);
      }
      return isReached || undefined;
    }, { what: `a worker held while ${moment}`, patience: PATIENCE });
  }

  /** Holds at the registry what belongs to the moment. */
  #hold(): void {
    const path = {
      "pulling": `/v2/${this.base}/manifests/`,
      "priming-cache": `/v2/${this.repository}/manifests/${CACHE_TAG}`,
      "pushing": `/v2/${this.repository}/blobs/`,
    }[this.moment as string];
    if (path === undefined) return;
    this.gate.rule = (request: GateRequest) => {
      if (!request.path.startsWith(path)) return { kind: "pass" };
      this.#reached.resolve();
      return { kind: "hold" };
    };
  }
}
