import { format as formatBytes } from "@std/fmt/bytes";
import { type EngineAddress, parseEngineAddress } from "../engine/address.ts";
import { Secret } from "../secret/secret.ts";
import { MistakeCollector } from "./_mistake_collector.ts";
import { type GetVariable, readSettings } from "./_read_settings.ts";
import { tlsMistakes } from "./_tls_mistakes.ts";
import { ConfigError, type Mistake } from "./config_error.ts";
import type { Settings, SettingTexts } from "./settings.ts";

export type { GetVariable } from "./_read_settings.ts";

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
  /** Those of them that the command line gave. */
  readonly flags: SettingTexts;
}

/** Options of {@linkcode loadConfig}. */
export interface LoadConfigOptions {
  /** Settings of the command line, which win over the environment. */
  readonly flags?: SettingTexts;
}

/** Path of the manager's socket on a Quay server. */
const SOCKET_PATH = "/b1/socket";

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
  const { mistakes, ...config } = readConfig(get, options);
  const { endpoint, mode, engine, settings } = config;
  if (mistakes.length > 0 || !endpoint || !mode || !engine) {
    throw new ConfigError(mistakes);
  }
  return {
    ...config,
    ...{ endpoint, mode, engine, settings: settings as Config["settings"] },
  };
}

/** What there is of a configuration, be it of use or not. */
export interface ConfigReading {
  readonly endpoint: URL | undefined;
  readonly mode: Mode | undefined;
  readonly engine: EngineAddress | undefined;
  /** Those that could be read; all of them, where there is no mistake. */
  readonly settings: Partial<Config["settings"]>;
  readonly flags: SettingTexts;
  readonly mistakes: readonly Mistake[];
}

/** Reads the configuration like {@linkcode loadConfig}, as far as it goes. */
export function readConfig(
  get: GetVariable,
  { flags = {} }: LoadConfigOptions = {},
): ConfigReading {
  const collector = new MistakeCollector(flags);
  const values = readSettings(get, { flags, collector });
  const { TOKEN, ...settings } = values;
  const endpoint = endpointOf(values, flags);
  if (!endpoint && !collector.has("ENDPOINT") && !collector.has("SERVER")) {
    collector.add(
      "ENDPOINT",
      "the Build Manager's address is missing, expected a URL that begins with ws:// or wss:// here or in SERVER",
    );
  }
  const mode = collector.has("REALM")
    ? undefined
    : collector.attempt("TOKEN", () => modeOf(values.REALM, TOKEN));
  if (mode?.kind === "hosted" && values.BUILDERS > 1) {
    collector.add(
      "BUILDERS",
      `cannot use ${values.BUILDERS} with REALM and TOKEN: they are for one build, expected 1 or nothing`,
    );
  }
  const { DISK_FLOOR, DISK_SIZE } = values;
  if (DISK_SIZE !== undefined && DISK_FLOOR > DISK_SIZE) {
    collector.add(
      "DISK_FLOOR",
      `cannot use ${shownSize(DISK_FLOOR)} with a DISK_SIZE of ${
        shownSize(DISK_SIZE)
      }: so much is never free, expected less`,
    );
  }
  const tls = values.DOCKER_TLS_VERIFY ?? values.DOCKER_CERT_PATH !== undefined;
  const engine = collector.has("DOCKER_HOST") ? undefined : collector.attempt(
    "DOCKER_HOST",
    () => parseEngineAddress(values.DOCKER_HOST, { tls }),
  );
  collector.attempt("TLS_CA_ONLY", () => {
    for (const { setting, problem } of tlsMistakes(settings, get)) {
      collector.add(setting, problem);
    }
  });
  const { mistakes } = collector;
  return { endpoint, mode, engine, settings, flags, mistakes };
}

/**
 * The setting that names the Build Manager: of two ways to say the same, the
 * flag wins over the variable.
 */
export function managerSetting(
  { ENDPOINT }: Partial<Pick<Settings, "ENDPOINT">>,
  flags: SettingTexts,
): "ENDPOINT" | "SERVER" {
  const isServerMeant = ENDPOINT === undefined ||
    flags.SERVER !== undefined && flags.ENDPOINT === undefined;
  return isServerMeant ? "SERVER" : "ENDPOINT";
}

function shownSize(bytes: number): string {
  return formatBytes(bytes, { binary: true });
}

function endpointOf(settings: Settings, flags: SettingTexts): URL | undefined {
  const { ENDPOINT, SERVER } = settings;
  return managerSetting(settings, flags) === "ENDPOINT"
    ? ENDPOINT
    : socketOf(SERVER);
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
