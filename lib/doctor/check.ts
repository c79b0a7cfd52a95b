import type { ConfigReading, GetVariable } from "../config/config.ts";
import type { Mistake } from "../config/config_error.ts";
import type { TlsConfig } from "../config/load_tls.ts";

/**
 * What was found.
 *
 * - `ok`: as it should be
 * - `warning`: may be as it is meant, or may be trouble later
 * - `wrong`: a worker cannot work like this
 * - `unchecked`: could not be looked at
 */
export type Finding =
  | { readonly verdict: "ok"; readonly message: string }
  | {
    readonly verdict: "warning" | "wrong" | "unchecked";
    readonly message: string;
    /** What to do about it. */
    readonly advice: string;
  };

/** What the checks are about. */
export interface Circumstances {
  /** Reads a variable of the environment; may throw. */
  readonly get: GetVariable;
  readonly config: ConfigReading;
  /** The certificates that settings name, as far as they can be used. */
  readonly tls: TlsConfig;
  /** What is wrong with the others. */
  readonly tlsMistakes: readonly Mistake[];
  /** The registry to look for, as `host` or `host:port`, where it was named. */
  readonly registry: string | undefined;
}

/** One thing that can be looked at. */
export interface Check {
  readonly name: string;
  /**
   * Looks at it, one finding after the other. An error ends it, and counts as
   * wrong.
   */
  look(
    circumstances: Circumstances,
    signal: AbortSignal,
  ): AsyncIterable<Finding>;
}

/** A finding that all is well. */
export function ok(message: string): Finding {
  return { verdict: "ok", message };
}

/** A finding that may be trouble. */
export function warning(message: string, advice: string): Finding {
  return { verdict: "warning", message, advice };
}

/** A finding that a worker cannot work like this. */
export function wrong(message: string, advice: string): Finding {
  return { verdict: "wrong", message, advice };
}

/** A finding that there is none. */
export function unchecked(message: string, advice: string): Finding {
  return { verdict: "unchecked", message, advice };
}

/** The finding where Deno lacks a permission: `--allow-env`. */
export function notPermitted(what: string, permission: string): Finding {
  return unchecked(
    `${what}: not checked`,
    `It needs ${permission}, as "deno task doctor" has it`,
  );
}
