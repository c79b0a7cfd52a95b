import type { BuildObserver } from "../build/observer.ts";
import {
  type Attributes,
  type Span,
  STATUS_ERROR,
  type Tracer,
} from "./_tracer.ts";

/**
 * Follows a build in a trace of its own: a span for the build, and inside it
 * one for each phase. Where the build fails, it and the phase in which it did
 * have the kind of the failure, but not its text, which may hold what must not
 * leave. A phase that the manager does not let begin fails the one before.
 */
export function traceBuild(
  tracer: Tracer,
  attributes: Attributes,
): BuildObserver {
  const build = tracer.start("build", { attributes });
  /** The last phase: only the end of the build tells whether it failed. */
  let phase: { readonly span: Span; endedAt?: number } | undefined;
  const closePhase = () => {
    phase?.span.end(phase.endedAt);
    phase = undefined;
  };
  return (event) => {
    switch (event.kind) {
      case "phase-began":
        closePhase();
        phase = { span: tracer.start(event.phase, { parent: build }) };
        return;
      case "phase-ended":
        if (phase !== undefined) phase.endedAt = Date.now();
        return;
      case "retry":
        phase?.span.addEvent("retry", {
          "transfer.direction": event.direction,
        });
        return;
      case "log-sent":
      case "context-sent":
        return;
      case "ended":
        build.setAttributes({ "build.result": event.outcome });
        if (event.outcome !== "success") {
          for (const span of [build, phase?.span]) fail(span, event.outcome);
        }
        closePhase();
        build.end();
        return;
    }
  };
}

function fail(span: Span | undefined, kind: string): void {
  span?.setAttributes({ "error.type": kind });
  span?.setStatus({ code: STATUS_ERROR, message: kind });
}
