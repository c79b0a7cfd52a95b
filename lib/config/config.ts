import { EngineAddress, parseEngineAddress } from "../engine/address.ts";
import { PLACEHOLDER, Secret } from "../secret/secret.ts";
import { tlsMistakes } from "./_tls_mistakes.ts";
import { settingFlag } from "./setting_flag.ts";
import {
  type Setting,
  type SettingName,
  SETTINGS,
  type Settings,
  type SettingTexts,
} from "./settings.ts";

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
  /** Where it was written: the flag, or the environment variable. */
  readonly source: string;
  /** What is wrong and what was expected. */
  readonly problem: string;
}

/** The configuration cannot be used; the message names every mistake. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const lines = mistakes.map((mistake) => `  ${describeMistake(mistake)}`);
    super(["Cannot use this configuration:", ...lines, NEXT_STEP].join("\n"));
    this.mistakes = mistakes;
  }
}

/** The worker may read its own variables alone, so it sees no misspelt one. */
const NEXT_STEP =
  "`quay-builder --help` lists every setting; `quay-builder doctor` also finds variables that are misspelt";

/** One line about a mistake: where it is, what was expected, and an example. */
export function describeMistake({ setting, source, problem }: Mistake): string {
  const { example } = SETTINGS[setting];
  return `${source}: ${problem}, for example ${source}=${example}`;
}

/** Options of {@linkcode loadConfig}. */
export interface LoadConfigOptions {
  /** Settings of the command line, which win over the environment. */
  readonly flags?: SettingTexts;
}

/** Path of the manager's socket on a Quay server. */
const SOCKET_PATH = "/b1/socket";

/** Gives the value of an environment variable, if it is set; may throw. */
export type GetVariable = (name: string) => string | undefined;

/**
 * Reads the configuration from flags and environment variables. The latter are
 * each asked for by name, so that the worker needs permission for no others.
 *
 * @throws {ConfigError} naming every mistake at once
 */
export function loadConfig(
  get: GetVariable,
  options: LoadConfigOptions = {},
): Config {
  const { endpoint, mode, engine, settings, mistakes } = readConfig(
    get,
    options,
  );
  if (mistakes.length > 0 || !endpoint || !mode || !engine) {
    throw new ConfigError(mistakes);
  }
  return { endpoint, mode, engine, settings: settings as Config["settings"] };
}

/** What there is of a configuration, be it of use or not. */
export interface ConfigReading {
  readonly endpoint: URL | undefined;
  readonly mode: Mode | undefined;
  readonly engine: EngineAddress | undefined;
  /** Those that could be read; all of them, where there is no mistake. */
  readonly settings: Partial<Config["settings"]>;
  readonly mistakes: readonly Mistake[];
}

/** Reads the configuration like {@linkcode loadConfig}, as far as it goes. */
export function readConfig(
  get: GetVariable,
  { flags = {} }: LoadConfigOptions = {},
): ConfigReading {
  const mistakes: Mistake[] = [];
  const add = (setting: SettingName, problem: string) => {
    const source = flags[setting] === undefined
      ? setting
      : settingFlag(setting);
    mistakes.push({ setting, source, problem });
  };
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
      add(setting, problem);
      return undefined;
    }
  };

  const values = Object.fromEntries(
    Object.entries<Setting<unknown>>(SETTINGS).map(([key, setting]) => {
      const name = key as SettingName;
      const text = attempt(
        name,
        () => textOf(name, setting, (variable) => flags[name] ?? get(variable)),
      );
      const value = attempt(
        name,
        () => text === undefined ? undefined : setting.parse(text),
        setting.secret ? PLACEHOLDER : text,
      );
      return [name, value];
    }),
  ) as Settings;

  const { TOKEN, ...settings } = values;
  const wrong = (name: SettingName) =>
    mistakes.some(({ setting }) => setting === name);
  // Of two ways to say the same, the flag wins over the variable.
  const isServerMeant = flags.SERVER !== undefined &&
    flags.ENDPOINT === undefined;
  const endpoint = (isServerMeant ? undefined : values.ENDPOINT) ??
    socketOf(values.SERVER);
  if (!endpoint && !wrong("ENDPOINT") && !wrong("SERVER")) {
    add(
      "ENDPOINT",
      "the Build Manager's address is missing, expected a URL that begins with ws:// or wss:// here or in SERVER",
    );
  }
  const mode = wrong("REALM")
    ? undefined
    : attempt("TOKEN", () => modeOf(values.REALM, TOKEN));
  const tls = values.DOCKER_TLS_VERIFY ?? values.DOCKER_CERT_PATH !== undefined;
  if (mode?.kind === "hosted" && values.BUILDERS > 1) {
    add(
      "BUILDERS",
      `cannot use ${values.BUILDERS} with REALM and TOKEN: they are for one build, expected 1 or nothing`,
    );
  }
  const engine = attempt(
    "DOCKER_HOST",
    () => parseEngineAddress(values.DOCKER_HOST, { tls }),
  );
  const tlsProblems = attempt("TLS_CA_ONLY", () => tlsMistakes(settings, get));
  for (const { setting, problem } of tlsProblems ?? []) add(setting, problem);
  return { endpoint, mode, engine, settings, mistakes };
}

/** A setting as it is written, or else its default. */
function textOf(
  name: string,
  { aliases = [], default: fallback }: Setting<unknown>,
  get: GetVariable,
): string | undefined {
  for (const variable of [name, ...aliases]) {
    const text = get(variable)?.trim();
    if (text) return text;
  }
  return fallback;
}

/** A mistyped address may still hold a password. */
function withoutPassword(text: string): string {
  // A slash in the password, or a missing one, would deceive any grammar.
  return text.replace(/^([a-z]+:\/*)?.*@/is, "$1…@");
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
