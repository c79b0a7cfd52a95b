import { EngineAddress, parseEngineAddress } from "../engine/address.ts";
import { Secret } from "../secret/secret.ts";
import { type SettingName, SETTINGS, type Settings } from "./settings.ts";

/** How the worker lives. */
export type Mode =
  /** Registers itself and takes builds for ever. */
  | { readonly kind: "enterprise" }
  /** Was started for one build, known by its realm and token. */
  | { readonly kind: "hosted"; readonly realm: string; readonly token: Secret };

/** The worker's configuration, checked as a whole. */
export interface Config {
  /** Address of the Build Manager's socket. */
  readonly endpoint: URL;
  readonly mode: Mode;
  readonly engine: EngineAddress;
  readonly settings: Omit<Settings, "TOKEN">;
}

/** One thing that is wrong with the configuration. */
export interface Mistake {
  readonly setting: SettingName;
  /** What is wrong and what was expected. */
  readonly problem: string;
}

/** The configuration cannot be used; the message names every mistake. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const lines = mistakes.map(({ setting, problem }) =>
      `  ${setting}: ${problem}, for example ${setting}=${
        SETTINGS[setting].example
      }`
    );
    super(["Cannot use this configuration:", ...lines].join("\n"));
    this.mistakes = mistakes;
  }
}

/** Path of the manager's socket on a Quay server. */
const SOCKET_PATH = "/b1/socket";

/**
 * Reads the configuration from environment variables, each asked for by name
 * so that the worker needs permission for no others.
 *
 * @param get the value of an environment variable, if it is set; may throw
 * @throws {ConfigError} naming every mistake at once
 */
export function loadConfig(
  get: (name: SettingName) => string | undefined,
): Config {
  const mistakes: Mistake[] = [];
  const attempt = <T>(
    setting: SettingName,
    read: () => T,
    text?: string,
  ): T | undefined => {
    try {
      return read();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const problem = text === undefined
        ? reason
        : `cannot use "${withoutPassword(text)}", expected ${reason}`;
      mistakes.push({ setting, problem });
      return undefined;
    }
  };

  const values = Object.fromEntries(
    Object.entries(SETTINGS).map(([key, setting]) => {
      const name = key as SettingName;
      const fallback = "default" in setting ? setting.default : undefined;
      const text = attempt(name, () => get(name)?.trim() || fallback);
      const value = attempt(
        name,
        () => text === undefined ? undefined : setting.parse(text),
        text,
      );
      return [name, value];
    }),
  ) as Settings;

  const { TOKEN, ...settings } = values;
  const wrong = (name: SettingName) =>
    mistakes.some(({ setting }) => setting === name);
  const endpoint = values.ENDPOINT ?? socketOf(values.SERVER);
  if (!endpoint && !wrong("ENDPOINT") && !wrong("SERVER")) {
    mistakes.push({
      setting: "ENDPOINT",
      problem:
        "the Build Manager's address is missing, expected a URL that begins with ws:// or wss:// here or in SERVER",
    });
  }
  const mode = wrong("REALM")
    ? undefined
    : attempt("TOKEN", () => modeOf(values.REALM, TOKEN));
  const engine = attempt(
    "DOCKER_HOST",
    () => parseEngineAddress(values.DOCKER_HOST),
  );
  if (mistakes.length > 0 || !endpoint || !mode || !engine) {
    throw new ConfigError(mistakes);
  }
  return { endpoint, mode, engine, settings };
}

/** A mistyped address may still hold a password. */
function withoutPassword(text: string): string {
  return text.replace(/\/\/[^/@]*@/, "//…@");
}

function socketOf(server: URL | undefined): URL | undefined {
  if (!server) return undefined;
  const endpoint = new URL(server);
  endpoint.pathname = endpoint.pathname.replace(/\/+$/, "") + SOCKET_PATH;
  return endpoint;
}

function modeOf(realm: string | undefined, token: string | undefined): Mode {
  if (realm && token) {
    return { kind: "hosted", realm, token: new Secret(token) };
  }
  if (realm) throw new Error("the token is missing, expected with REALM");
  if (token) throw new Error("there is no REALM that it could be for");
  return { kind: "enterprise" };
}
