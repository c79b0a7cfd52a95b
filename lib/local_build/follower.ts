import type { BuildObservation } from "../build/observer.ts";
import type { LogEntry, Phase } from "../manager/manager.ts";
import type { BuildDisplay, BuildEvent } from "./event.ts";

/** Least time between two events about bytes, in milliseconds. */
const INTERVAL = 100;

/** Takes what happens in a build to its display, in order. */
export class BuildFollower {
  readonly #display: BuildDisplay;
  readonly #broken = new AbortController();
  readonly #packed = new ByteMeter("packed");
  readonly #sent = new ByteMeter("sent");

  constructor(display: BuildDisplay) {
    this.#display = display;
  }

  /** Aborts when nobody reads what the display shows. */
  get signal(): AbortSignal {
    return this.#broken.signal;
  }

  /** Shows an event; resolves when there is room for the next. */
  async show(event: BuildEvent): Promise<void> {
    try {
      await this.#display.show(event);
    } catch (reason) {
      this.#broken.abort(reason);
    }
  }

  async enterPhase(
    phase: Phase,
    statusData: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await this.#showBytes();
    const image = imageOf(statusData);
    await this.show({ kind: "phase", phase, ...(image && { image }) });
  }

  async addEntry(phase: Phase, entry: LogEntry): Promise<void> {
    const { stream, status, id, progressDetail: progress } = entry;
    if (stream !== undefined) {
      await this.show({ kind: "output", phase, text: stream });
    }
    if (status !== undefined) {
      await this.show({
        kind: "status",
        phase,
        status,
        ...(id !== undefined && { id }),
        ...(progress && { progress }),
      });
    }
  }

  /** Takes down that local files were handed over. */
  addPacked(bytes: number): void {
    const event = this.#packed.add(bytes);
    if (event) void this.show(event);
  }

  /** Takes what the worker tells of itself, and not its manager. */
  observe(event: BuildObservation): void {
    switch (event.kind) {
      case "context-sent": {
        const sent = this.#sent.add(event.bytes);
        if (sent) void this.show(sent);
        return;
      }
      case "phase-ended": {
        const { phase, completed } = event;
        void this.show({ kind: "phase_ended", phase, completed });
      }
    }
  }

  async #showBytes(): Promise<void> {
    for (const meter of [this.#packed, this.#sent]) {
      const event = meter.take();
      if (event) await this.show(event);
    }
  }
}

/** Gathers bytes, so that not every chunk is an event. */
class ByteMeter {
  readonly #kind: "packed" | "sent";
  #bytes = 0;
  #shownAt = -Infinity;

  constructor(kind: "packed" | "sent") {
    this.#kind = kind;
  }

  add(bytes: number): BuildEvent | undefined {
    this.#bytes += bytes;
    const isDue = performance.now() - this.#shownAt >= INTERVAL;
    return isDue ? this.take() : undefined;
  }

  take(): BuildEvent | undefined {
    const bytes = this.#bytes;
    if (bytes === 0) return undefined;
    this.#bytes = 0;
    this.#shownAt = performance.now();
    return { kind: this.#kind, bytes };
  }
}

function imageOf(
  { base_image: name, base_image_tag: tag }: Readonly<Record<string, unknown>>,
): string | undefined {
  if (typeof name !== "string" || typeof tag !== "string") return undefined;
  return `${name}${tag.includes(":") ? "@" : ":"}${tag}`;
}
