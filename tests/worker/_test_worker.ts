import { Backoff } from "../../lib/worker/backoff.ts";
import type { Mode } from "../../lib/config/config.ts";
import { WampManager } from "../../lib/manager/wamp/wamp_manager.ts";
import type { FailureKind } from "../../lib/build/failure.ts";
import { SignsOfLife } from "../../lib/telemetry/signs_of_life.ts";
import { Secret } from "../../lib/secret/secret.ts";
import type { BuildReporter } from "../../lib/manager/manager.ts";
import type { Host } from "../../lib/worker/host.ts";
import type { BuilderState } from "../../lib/worker/observer.ts";
import { runWorker, type WorkerEnd } from "../../lib/worker/worker.ts";
import { fitHost } from "../support/fit_host.ts";
import { eventually } from "../support/eventually.ts";
import { RecordingLogger } from "../support/recording_logger.ts";

/** Arguments of a build; nothing is fetched for it. */
export const KWARGS = {
  build_package: "http://packages/one",
  repository: "ns/name",
  registry: "registry:5000",
  tag_names: ["latest"],
};
const RESULT = { imageId: "sha256:1", digests: [] };
/** A worker for one build. */
export const HOSTED: Mode = {
  kind: "hosted",
  realm: "builder-realm",
  token: new Secret("sometoken"),
};

/** A running worker whose waits are short. */
export class TestWorker {
  readonly drain: AbortController = new AbortController();
  readonly cancel: AbortController = new AbortController();
  readonly ended: Promise<WorkerEnd>;
  readonly states: BuilderState[] = [];
  readonly logger: RecordingLogger = new RecordingLogger();
  /** What builds that did not begin have failed with. */
  readonly refused: FailureKind[] = [];

  constructor(
    url: string,
    options: {
      mode?: Mode;
      build?: (signal: AbortSignal, reporter: BuildReporter) => Promise<void>;
      host?: Host;
      hostedPatience?: number;
      backoff?: Backoff;
    } = {},
  ) {
    const { mode = { kind: "enterprise" }, build = () => Promise.resolve() } =
      options;
    const manager = new WampManager({
      endpoint: new URL(url),
      mode,
      agent: "test",
      answerTimeout: 5_000,
      logger: this.logger,
      observer: {
        onConnect: () => {},
        onSession: () => new SignsOfLife().begin(),
        onRefused: (kind) => this.refused.push(kind),
      },
    });
    this.ended = runWorker(manager, {
      mode,
      onBuild: async (_request, reporter, signal) => {
        await build(signal, reporter);
        return RESULT;
      },
      host: options.host ?? fitHost,
      hostedPatience: options.hostedPatience,
      onState: (state) => this.states.push(state),
      logger: this.logger,
      drain: this.drain.signal,
      cancel: this.cancel.signal,
      backoff: options.backoff ?? new Backoff({
        firstWait: 10,
        longestWait: 20,
        waits: mode.kind === "hosted" ? 4 : Infinity,
        jitter: 0,
      }),
    });
  }

  /** Waits until it is in a state. */
  is(state: BuilderState): Promise<unknown> {
    return eventually(() => this.states.at(-1) === state || undefined, {
      what: `a builder that is "${state}"`,
    });
  }

  /** Waits until it has told so often that it waits for its manager. */
  waits(times: number): Promise<unknown> {
    const told = () =>
      this.logger.messages("info")
        .filter((line) => line.startsWith("Connecting again"));
    return eventually(() => told().length >= times || undefined, {
      what: "a wait for the manager",
    });
  }
}
