import { gitPermissions } from "../../lib/config/permissions.ts";
import type { Answers } from "../../lib/manager/embedded/answers.ts";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import type { Stage } from "../e2e/_stage.ts";
import { onBegun } from "../support/on_begun.ts";
import { type GateRequest, RegistryGate } from "../support/registry_gate.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import type { Moment } from "./_moment.ts";

/** How a {@linkcode Scene} is set. */
export interface SceneOptions {
  /** Where the worker is held. */
  readonly moment: Moment;
  readonly dockerHost: string;
  /** Of the worker, besides what leads it to its manager and engine. */
  readonly env?: Readonly<Record<string, string>>;
  /** How long the building phase takes, in seconds. Default 120. */
  readonly seconds?: number;
  /**
   * How the manager is difficult at that moment. With it, nothing is held: the
   * fault is there from the beginning.
   */
  readonly answers?: (moment: Moment) => Answers;
  /** Of the manager, in milliseconds. */
  readonly heartbeatTimeout?: number;
}

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
  /** A base image of its own: another worker's would be that one's, too. */
  readonly #base = `e2e/base-${crypto.randomUUID()}`;
  #worker: WorkerProcess;
  readonly #options: SceneOptions;
  readonly #stack: AsyncDisposableStack;
  readonly #released: PromiseWithResolvers<void>;

  private constructor(
    parts: Pick<Scene, "moment" | "manager" | "gate" | "directory">,
    options: SceneOptions,
    released: PromiseWithResolvers<void>,
    stack: AsyncDisposableStack,
  ) {
    this.moment = parts.moment;
    this.manager = parts.manager;
    this.gate = parts.gate;
    this.directory = parts.directory;
    this.#options = options;
    this.#released = released;
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
      released,
      stack.move(),
    );
    await scene.#lead(stage, reached);
    return scene;
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
          ...env,
        },
      }),
    );
  }

  async #lead(
    stage: Stage,
    reached: PromiseWithResolvers<void>,
  ): Promise<void> {
    const { moment } = this.#options;
    const isHeld = this.#options.answers === undefined;
    if (moment === "registering" && isHeld) await reached.promise;
    else await this.manager.waitForWorker();
    if (moment === "registering" || moment === "idle") return;
    await stage.pushBase(this.#base);
    const kwargs = stage.arguments({
      registry: this.gate.host,
      build_package: this.#package(stage, isHeld ? reached : undefined),
    });
    if (isHeld) this.#hold(`/v2/${kwargs.repository}/`, reached);
    this.report = this.manager.build(kwargs);
    if (isHeld) await reached.promise;
  }

  /** Holds at the registry what belongs to the moment. */
  #hold(repository: string, reached: PromiseWithResolvers<void>): void {
    const path = {
      "pulling": `/v2/${this.#base}/manifests/`,
      "priming-cache": `${repository}manifests/${CACHE_TAG}`,
      "pushing": `${repository}blobs/`,
    }[this.moment as string];
    if (path === undefined) return;
    this.gate.rule = (request: GateRequest) => {
      if (!request.path.startsWith(path)) return { kind: "pass" };
      reached.resolve();
      return { kind: "hold" };
    };
  }

  /** A Dockerfile; while `unpacking` is held, its end is long in coming. */
  #package(stage: Stage, reached?: PromiseWithResolvers<void>): string {
    const { seconds = 120 } = this.#options;
    const command = this.moment === "building"
      ? `echo begun && sleep ${seconds}`
      : "true";
    // No two workers find each other's steps in the engine's cache.
    const dockerfile = `FROM ${this.gate.host}/${this.#base}\n` +
      `RUN echo ${crypto.randomUUID()} > /id && ${command}\n`;
    const body = this.moment === "unpacking" && reached
      ? held(dockerfile, reached, this.#released.promise)
      : dockerfile;
    return stage.packages.add({ body, contentType: "text/plain" });
  }
}

/** A text that breaks off in the middle until it is released. */
function held(
  text: string,
  reached: PromiseWithResolvers<void>,
  released: Promise<void>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start: (controller) => controller.enqueue(bytes.slice(0, 8)),
    async pull(controller) {
      reached.resolve();
      await released;
      controller.enqueue(bytes.slice(8));
      controller.close();
    },
  }, { highWaterMark: 0 });
}
