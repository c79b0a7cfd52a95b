import { BuildFailure, type FailureKind } from "../../build/failure.ts";
import { CallTimeout, WampError } from "../../wamp/errors.ts";
import type { Session } from "../../wamp/session.ts";
import type {
  BuildReporter,
  CacheQuery,
  LogEntry,
  Phase,
  PhaseStatus,
} from "../manager.ts";
import { DETERMINE_CACHE_TAG, LOG_MESSAGE } from "./uris.ts";

/** What a {@linkcode WampReporter} needs to know. */
export interface WampReporterOptions {
  /** How long the manager may take for an answer, in milliseconds. */
  readonly timeout: number;
  /** Told when an answer is late: the session is of no more use then. */
  onLate(error: CallTimeout): void;
}

/** Tells the manager about one build by calls of its procedures. */
export class WampReporter implements BuildReporter {
  readonly realm: string;
  readonly #session: Session;
  readonly #options: WampReporterOptions;

  constructor(session: Session, options: WampReporterOptions) {
    this.realm = session.realm;
    this.#session = session;
    this.#options = options;
  }

  enterPhase(
    phase: Phase,
    status: PhaseStatus,
    signal: AbortSignal,
  ): Promise<boolean> {
    return this.#tell(phase, {
      status_data: {
        registry: status.registry,
        base_image: status.baseImage,
        base_image_tag: status.baseImageTag,
        pull_username: status.pullUsername,
      },
    }, signal);
  }

  log(phase: Phase, entry: LogEntry, signal: AbortSignal): Promise<boolean> {
    return this.#tell(phase, entry, signal);
  }

  async determineCacheTag(
    query: CacheQuery,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const [tag] = await this.#call(DETERMINE_CACHE_TAG, {
      base_image_name: query.baseImageName,
      base_image_tag: query.baseImageTag,
      base_image_id: query.baseImageId,
      // The manager takes its length + 1 as the number of steps it shows.
      command_comments: "",
    }, signal);
    if (tag === null || tag === "") return undefined;
    if (typeof tag === "string") return tag;
    throw wrongShape("cache_lookup_issue", "the cache tag", tag);
  }

  async #tell(
    phase: Phase,
    data: unknown,
    signal: AbortSignal,
  ): Promise<boolean> {
    const kwargs = { phase, json_data: JSON.stringify(data) };
    const [goOn] = await this.#call(LOG_MESSAGE, kwargs, signal)
      .catch((error) => {
        // An INTERRUPT aborts with an error of the protocol's, too.
        throw error === signal.reason ? error : explain(error);
      });
    if (typeof goOn === "boolean") return goOn;
    throw wrongShape(
      "error_during_phase_transition",
      `a message about phase "${phase}"`,
      goOn,
    );
  }

  async #call(
    procedure: string,
    kwargs: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<readonly unknown[]> {
    try {
      const { timeout } = this.#options;
      const call = { kwargs, timeout, signal };
      return (await this.#session.call(procedure, call)).args;
    } catch (error) {
      if (error instanceof CallTimeout) this.#options.onLate(error);
      throw error;
    }
  }
}

/** An ERROR of the manager's is not the build's own. */
function explain(error: unknown): unknown {
  if (!(error instanceof WampError)) return error;
  return new BuildFailure(
    "error_during_phase_transition",
    `The Build Manager failed: ${error.message}`,
    { cause: error },
  );
}

function wrongShape(
  kind: FailureKind,
  subject: string,
  answer: unknown,
): BuildFailure {
  const shown = JSON.stringify(answer)?.slice(0, 100) ?? "nothing";
  return new BuildFailure(
    kind,
    `Cannot understand the Build Manager's answer to ${subject}: got ${shown}`,
  );
}
