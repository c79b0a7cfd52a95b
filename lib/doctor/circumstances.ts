import { type GetVariable, readConfig } from "../config/config.ts";
import { ConfigError } from "../config/config_error.ts";
import { loadTls } from "../config/load_tls.ts";
import type { SettingTexts } from "../config/settings.ts";
import type { Circumstances } from "./check.ts";

/** Options of {@linkcode readCircumstances}. */
export interface CircumstancesOptions {
  /** Settings of the command line. */
  readonly flags: SettingTexts;
  /** The registry to look for; see {@linkcode Circumstances}. */
  readonly registry: string | undefined;
}

/** Takes up what there is to look at, however much of it is wrong. */
export async function readCircumstances(
  get: GetVariable,
  { flags, registry }: CircumstancesOptions,
): Promise<Circumstances> {
  const config = readConfig(get, { flags });
  const nothing = { manager: {}, sources: {}, engine: {} };
  try {
    const tls = await loadTls(config);
    return { get, config, registry, tls, tlsMistakes: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const { mistakes: tlsMistakes } = error;
    return { get, config, registry, tls: nothing, tlsMistakes };
  }
}
