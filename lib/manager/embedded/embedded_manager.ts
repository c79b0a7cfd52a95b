import type { Dict } from "../../wamp/messages.ts";
import { Changes } from "./_changes.ts";
import { Service } from "./_service.ts";
import type { BuildReport } from "./build_report.ts";
import type { EmbeddedManagerOptions } from "./embedded_manager_options.ts";
import type { WorkerViolation } from "./events.ts";
import type { EmbeddedWorker, HostedWorker, WorkerState } from "./worker.ts";

/** Which worker is meant, and how long to wait for it. */
export interface WorkerOptions {
  /** Its realm. Default: whichever comes first. */
  readonly realm?: string;
  readonly signal?: AbortSignal;
}

/**
 * A Build Manager within this process: a WAMP router on loopback, as strict as
 * the one that Quay runs, with the manager's component in it. Hands builds to
 * real workers, keeps what they tell, and can be as difficult as a manager can
 * get.
 *
 * ```ts
 * await using manager = await EmbeddedManager.listen();
 * // start a worker with ENDPOINT=manager.url
 * const report = await manager.build({ build_package: "http://…", … });
 * ```
 */
export class EmbeddedManager implements AsyncDisposable {
  readonly #options: EmbeddedManagerOptions;
  readonly #changes = new Changes();
  readonly #hosted = new Map<string, HostedWorker>();
  readonly #violations: WorkerViolation[] = [];
  #service: Service | undefined;
  #url = "";
  #port: number;

  private constructor(options: EmbeddedManagerOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
  }

  /**
   * Starts a manager.
   *
   * @throws {Error} when it cannot listen there.
   */
  static async listen(
    options: EmbeddedManagerOptions = {},
  ): Promise<EmbeddedManager> {
    const manager = new EmbeddedManager(options);
    await manager.start();
    return manager;
  }

  /** What a worker has to be given as `ENDPOINT`. */
  get url(): string {
    return this.#url;
  }

  /** The workers that are there or expected. */
  get workers(): readonly EmbeddedWorker[] {
    return this.#service?.workers ?? [];
  }

  /** What workers did that they must not do, across restarts. */
  get violations(): readonly WorkerViolation[] {
    return this.#violations;
  }

  /** Lets in a hosted worker that is started with this realm and token. */
  async expectHosted(hosted: HostedWorker): Promise<void> {
    this.#hosted.set(hosted.realm, hosted);
    await this.#service?.expect(hosted);
  }

  /**
   * Waits until a worker is in a state, by default `ready`.
   *
   * @throws {Error} when the manager is closed meanwhile.
   */
  async waitForWorker(
    options: WorkerOptions & { readonly state?: WorkerState } = {},
  ): Promise<EmbeddedWorker> {
    const { realm, state = "ready", signal } = options;
    return await this.#changes.until(
      () =>
        this.workers.find((worker) =>
          worker.state === state && (realm ?? worker.realm) === worker.realm
        ),
      signal,
    );
  }

  /**
   * Has a worker do a build: waits until one is ready, calls it with `kwargs`
   * as they are, and reports when the build is over.
   *
   * When the signal aborts before a worker has the build, the promise rejects
   * with its reason. Later, the worker gets an INTERRUPT, and what it answers
   * is reported.
   *
   * @throws {TypeError} when `kwargs` is not JSON.
   * @throws {Error} when the manager is closed before a worker has the build.
   */
  async build(
    kwargs: Dict,
    { realm, signal }: WorkerOptions = {},
  ): Promise<BuildReport> {
    const worker = await this.#changes.until(
      () =>
        this.#service?.workers.find((worker) =>
          (realm ?? worker.realm) === worker.realm && worker.claim()
        ),
      signal,
    );
    return await worker.build(kwargs, signal);
  }

  /** Drops a worker's connection without a word. */
  dropWorker(realm: string): void {
    for (const peer of this.#service?.peers(realm) ?? []) peer.drop();
  }

  /** Leaves a worker's connection half open: nothing is read or answered. */
  stallWorker(realm: string): void {
    for (const peer of this.#service?.peers(realm) ?? []) peer.stall();
  }

  /**
   * Starts again after {@linkcode stop}, on the same port. Hosted workers are
   * still expected; of registered ones nothing is known.
   */
  async start(): Promise<void> {
    if (this.#service !== undefined) return;
    const service = new Service({
      ...this.#options,
      port: this.#port,
      onViolation: (violation) => this.#violate(violation),
      onChange: (worker) => {
        if (worker.state === "finished") this.#hosted.delete(worker.realm);
        this.#changes.notify();
      },
    });
    const listener = await service.start(this.#hosted.values());
    this.#service = service;
    this.#url = listener.url;
    this.#port = listener.port;
  }

  /**
   * Stops as a crash would: every connection is dropped, running builds are
   * lost. Builds that wait for a worker go on waiting.
   */
  async stop(): Promise<void> {
    const service = this.#service;
    this.#service = undefined;
    await service?.crash();
  }

  /** Says GOODBYE to the workers and stops for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    const service = this.#service;
    this.#service = undefined;
    this.#changes.end(new Error("The embedded manager is closed"));
    await service?.close();
  }

  #violate(violation: WorkerViolation): void {
    this.#violations.push(violation);
    this.#options.onEvent?.({ kind: "violation", violation });
  }
}
