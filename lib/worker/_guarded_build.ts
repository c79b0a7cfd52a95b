import { abortable } from "@std/async/abortable";
import { delay } from "@std/async/delay";
import { BuildFailure, engineStopped } from "../build/failure.ts";
import { isSignalled } from "../engine/is_signalled.ts";
import type { BuildHandler } from "../manager/manager.ts";
import { RefusedBuild } from "../manager/refused_build.ts";
import type { Host, UnfitHost } from "./host.ts";

/**
 * A machine that is shut down ends the containers first, and its engine answers
 * for a second more, or some when it is busy: pings for that, and time between
 * two of them in milliseconds.
 */
const STOPPING_PINGS = 8;
const STOPPING_INTERVAL = 400;

/** What {@linkcode guardBuild} needs to know. */
export interface GuardOptions {
  readonly host: Host;
  /** Cancels the build, with a `BuildFailure` that says why. */
  readonly cancel: AbortSignal;
}

/**
 * Lets builds run only where they can: looks before each, and again after one
 * that could not reach the engine, so that no further one is taken for an
 * engine that is gone. A build whose step was ended together with its engine
 * has not failed by itself.
 */
export function guardBuild(
  onBuild: BuildHandler,
  { host, cancel }: GuardOptions,
): BuildHandler {
  return async (request, reporter, called) => {
    const signal = AbortSignal.any([called, cancel]);
    const state = await abortable(host.look(), signal);
    if (state.kind !== "fit") throw refuse(state);
    try {
      return await onBuild(
        request,
        reporter,
        AbortSignal.any([signal, host.lost]),
      );
    } catch (error) {
      if (signal.aborted || !(error instanceof BuildFailure)) throw error;
      if (error.kind === "docker_connect_error") {
        await abortable(host.look(), signal).catch(() => {});
      }
      if (isSignalled(error.cause) && await isStopping(host, signal)) {
        throw engineStopped(error);
      }
      throw error;
    }
  };
}

async function isStopping(host: Host, signal: AbortSignal): Promise<boolean> {
  for (let ping = 0; ping < STOPPING_PINGS && !signal.aborted; ping++) {
    if (!await host.answers()) return true;
    await delay(STOPPING_INTERVAL, { signal }).catch(() => {});
  }
  return false;
}

function refuse(state: UnfitHost): RefusedBuild {
  switch (state.kind) {
    case "engine_away":
      return new RefusedBuild(
        "docker_connect_error",
        `Cannot build: ${state.reason}`,
      );
    case "disk_full":
      return new RefusedBuild(
        "internal_error",
        "Cannot build: the disk of the build worker is full",
      );
  }
}
