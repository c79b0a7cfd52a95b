import { gitPermissions } from "../../lib/config/permissions.ts";
import type { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { READY } from "../../lib/manager/wamp/uris.ts";
import { decode } from "../../lib/wamp/decode.ts";
import { ProcessWatch } from "../support/processes.ts";
import { SOCKET, WorkerProcess } from "../support/worker_process.ts";
import { PLACES, type Scene } from "./_leak_scene.ts";
import { ManagerTap } from "./_manager_tap.ts";
import type { MarkSearch } from "./_mark_search.ts";

/** A worker that is watched from its first moment to its last. */
export class WatchedWorker implements AsyncDisposable {
  readonly process: WorkerProcess;
  readonly #watch: ProcessWatch;
  readonly #tap: ManagerTap;
  readonly #search: MarkSearch;

  constructor(
    scene: Scene,
    manager: EmbeddedManager,
    env: Readonly<Record<string, string>> = {},
  ) {
    this.#search = scene.search;
    this.#tap = new ManagerTap(manager.url);
    this.process = new WorkerProcess({
      env: {
        ENDPOINT: this.#tap.url,
        TMPDIR: scene.scratch,
        LOG_LEVEL: "debug",
        ...env,
      },
      permissions: gitPermissions({
        socket: SOCKET,
        temporaryDirectory: scene.scratch,
      }),
    });
    this.#watch = new ProcessWatch(this.process.pid);
  }

  /** Ends the worker, and looks into all that it has shown. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.process[Symbol.asyncDispose]();
    await this.#watch[Symbol.asyncDispose]();
    await this.#tap[Symbol.asyncDispose]();
    const look = (place: string, texts: readonly string[]) =>
      this.#search.lookInto(place, texts.join("\n"));
    look(PLACES.output, [this.process.log]);
    look(PLACES.arguments, this.#watch.commands);
    look(PLACES.environment, this.#watch.environments);
    look(PLACES.manager, this.#tap.sent.map(withoutReadiness));
  }
}

/** Without the one message that has to hold the token of a hosted worker. */
function withoutReadiness(text: string): string {
  const message = decode(text);
  const isReady = message.kind === "call" && message.procedure === READY;
  return isReady ? "" : text;
}
