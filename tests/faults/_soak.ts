import { delay } from "@std/async/delay";
import { gitPermissions } from "../../lib/config/permissions.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import type { EmbeddedWorker } from "../../lib/manager/embedded/worker.ts";
import { Stage } from "../e2e/_stage.ts";
import { EngineDaemon, SETTLING } from "../support/engine_daemon.ts";
import { eventually } from "../support/eventually.ts";
import { type GateRequest, RegistryGate } from "../support/registry_gate.ts";
import { onBegun } from "../support/on_begun.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { resultOf } from "../e2e/_result.ts";
import { STRIKES, type Trouble, troubledBuild } from "./_troubled_build.ts";

/** How long builders may take to be ready, in milliseconds: engines restart. */
const PATIENCE = 180_000;

/** A build that is over. */
export interface EndedBuild {
  readonly trouble: Trouble;
  readonly result: string;
  /** Whether what struck another build struck this one, too. */
  readonly isDisturbed: boolean;
}

/** What strikes all builds that run meanwhile. */
interface Strike {
  /** The build that it belongs to. */
  readonly build: object;
  /** By `performance.now()`; infinite while it goes on. */
  ended: number;
}

/** What a {@linkcode Soak} is made of. */
interface SoakParts {
  readonly engine: EngineDaemon;
  readonly stage: Stage;
  readonly gate: RegistryGate;
  readonly manager: EmbeddedManager;
  readonly directory: TemporaryDirectory;
  /** Told when the command of a realm's build runs. */
  readonly onBegunIn: Map<string, () => void>;
  /** Realms of which the build is refused its building phase. */
  readonly cancelled: Set<string>;
}

/** A worker with several builders, and all that it meets in a long run. */
export class Soak implements AsyncDisposable {
  readonly engine: EngineDaemon;
  readonly stage: Stage;
  readonly manager: EmbeddedManager;
  readonly worker: WorkerProcess;
  readonly directory: TemporaryDirectory;
  readonly #gate: RegistryGate;
  readonly #stack: AsyncDisposableStack;
  readonly #onBegunIn: Map<string, () => void>;
  readonly #cancelled: Set<string>;
  readonly #busy = new Set<string>();
  /** Manifests that the registry shall fail to give once. */
  readonly #failing = new Set<string>();
  readonly #strikes: Strike[] = [];
  #restarted: Promise<void> = Promise.resolve();

  private constructor(
    parts: SoakParts,
    builders: number,
    stack: AsyncDisposableStack,
  ) {
    this.engine = parts.engine;
    this.stage = parts.stage;
    this.manager = parts.manager;
    this.directory = parts.directory;
    this.#gate = parts.gate;
    this.#onBegunIn = parts.onBegunIn;
    this.#cancelled = parts.cancelled;
    this.#stack = stack;
    this.#gate.rule = (request) => this.#gateRule(request);
    const { path: temporaryDirectory } = this.directory;
    this.worker = stack.use(
      new WorkerProcess({
        permissions: gitPermissions({
          socket: this.engine.socket,
          temporaryDirectory,
        }),
        env: {
          ENDPOINT: this.manager.url,
          DOCKER_HOST: this.engine.host,
          TMPDIR: temporaryDirectory,
          BUILDERS: String(builders),
        },
      }),
    );
  }

  /** Starts everything. */
  static async start(builders: number): Promise<Soak> {
    await using stack = new AsyncDisposableStack();
    const engine = stack.use(await EngineDaemon.start());
    const stage = stack.use(await Stage.set(engine.host));
    const gate = stack.use(await RegistryGate.start(stage.open.host));
    const directory = stack.use(await TemporaryDirectory.create());
    const onBegunIn = new Map<string, () => void>();
    const cancelled = new Set<string>();
    const manager = stack.use(
      await EmbeddedManager.listen({
        onEvent: onBegun((realm) => onBegunIn.get(realm)?.()),
        answers: {
          phase: ({ realm, phase }) =>
            phase === "building" && cancelled.delete(realm) ? false : undefined,
        },
      }),
    );
    const parts = {
      engine,
      stage,
      gate,
      manager,
      directory,
      onBegunIn,
      cancelled,
    };
    return new Soak(parts, builders, stack.move());
  }

  /** Waits for a builder, and begins a build with it. */
  async begin(trouble: Trouble): Promise<{ ended: Promise<EndedBuild> }> {
    const { stage } = this;
    const gate = this.#gate;
    const kwargs = await troubledBuild(trouble, { stage, gate });
    const { realm } = await this.#freeBuilder();
    this.#busy.add(realm);
    const ended = this.#run(realm, trouble, kwargs)
      .finally(() => this.#busy.delete(realm));
    return { ended };
  }

  /** Waits until all builders are ready. */
  async allReady(builders: number): Promise<void> {
    await eventually(
      () => this.#ready().length === builders || undefined,
      { what: `${builders} ready builders`, patience: PATIENCE },
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }

  #ready(): EmbeddedWorker[] {
    return this.manager.workers.filter(({ realm, state }) =>
      state === "ready" && !this.#busy.has(realm)
    );
  }

  #freeBuilder(): Promise<EmbeddedWorker> {
    return eventually(() => this.#ready()[0], {
      what: "a ready builder",
      patience: PATIENCE,
    });
  }

  async #run(
    realm: string,
    trouble: Trouble,
    kwargs: Record<string, unknown>,
  ): Promise<EndedBuild> {
    if (trouble === "cancelled") this.#cancelled.add(realm);
    if (trouble === "registry in trouble once") {
      this.#failing.add(`/v2/${kwargs.repository}/`);
    }
    const began = performance.now();
    const interrupt = new AbortController();
    const begun = new Promise<void>((resolve) =>
      this.#onBegunIn.set(realm, resolve)
    );
    const building = this.manager.build(kwargs, {
      realm,
      signal: interrupt.signal,
    });
    if (STRIKES.has(trouble)) {
      await Promise.race([begun, building]);
      await this.#strike(trouble, realm, interrupt);
    }
    const report = await building;
    this.#onBegunIn.delete(realm);
    this.#cancelled.delete(realm);
    return {
      trouble,
      result: resultOf(report),
      isDisturbed: this.#strikes.some((strike) =>
        strike.build !== interrupt && strike.ended >= began
      ),
    };
  }

  async #strike(
    trouble: Trouble,
    realm: string,
    interrupt: AbortController,
  ): Promise<void> {
    switch (trouble) {
      case "interrupted":
        return interrupt.abort();
      case "session dropped":
        return this.manager.dropWorker(realm);
      case "manager restarts":
        return await this.#strikeAll(interrupt, async () => {
          await this.manager.stop();
          await this.manager.start();
        });
      case "engine restarts":
        return await this.#strikeAll(interrupt, async () => {
          // One after the other, where two builds have drawn it.
          this.#restarted = this.#restarted.then(() => this.engine.restart());
          await this.#restarted;
          await delay(SETTLING);
        });
    }
  }

  async #strikeAll(build: object, strike: () => Promise<void>): Promise<void> {
    const struck = { build, ended: Infinity };
    this.#strikes.push(struck);
    await strike();
    struck.ended = performance.now();
  }

  #gateRule({ method, path }: GateRequest): { kind: "pass" } | { kind: "cut" } {
    if (method === "GET") return { kind: "pass" };
    const failing = [...this.#failing].find((start) => path.startsWith(start));
    if (failing === undefined) return { kind: "pass" };
    this.#failing.delete(failing);
    return { kind: "cut" };
  }
}
