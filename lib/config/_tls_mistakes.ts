import {
  type SettingName,
  type Settings,
  TRUST_VARIABLES,
} from "./settings.ts";

/** A setting, and what is wrong with it beside others. */
export interface TlsMistake {
  readonly setting: SettingName;
  readonly problem: string;
}

/**
 * What is wrong with the settings of TLS as a whole.
 *
 * @param get the value of one of {@linkcode TRUST_VARIABLES}
 */
export function tlsMistakes(
  settings: Omit<Settings, "TOKEN">,
  get: (name: string) => string | undefined,
): TlsMistake[] {
  const mistakes: TlsMistake[] = [];
  const { TLS_CA_ONLY, TLS_CA_PATH, TLS_CERT_PATH, TLS_KEY_PATH } = settings;
  if (TLS_CERT_PATH !== undefined && TLS_KEY_PATH === undefined) {
    const problem = "the private key is missing, expected with TLS_CERT_PATH";
    mistakes.push({ setting: "TLS_KEY_PATH", problem });
  }
  if (TLS_KEY_PATH !== undefined && TLS_CERT_PATH === undefined) {
    const problem = "the certificate is missing, expected with TLS_KEY_PATH";
    mistakes.push({ setting: "TLS_CERT_PATH", problem });
  }
  if (!TLS_CA_ONLY) return mistakes;
  if (TLS_CA_PATH === undefined) {
    const problem = "the file is missing, expected with TLS_CA_ONLY";
    mistakes.push({ setting: "TLS_CA_PATH", problem });
  } else if (!trustsOnly(TLS_CA_PATH, get)) {
    const problem =
      `Deno trusts others beside "${TLS_CA_PATH}", expected DENO_TLS_CA_STORE=system SSL_CERT_FILE=${TLS_CA_PATH} in the environment of its start, and neither SSL_CERT_DIR nor DENO_CERT; a bundle and an image see to it where TLS_CA_ONLY and TLS_CA_PATH are variables, and not flags`;
    mistakes.push({ setting: "TLS_CA_ONLY", problem });
  }
  return mistakes;
}

/**
 * Whether Deno was started to trust the authorities of one file alone. It adds
 * to its store what a program names, and takes nothing out of it.
 */
function trustsOnly(
  path: string,
  get: (name: string) => string | undefined,
): boolean {
  const expected: Record<(typeof TRUST_VARIABLES)[number], string> = {
    DENO_TLS_CA_STORE: "system",
    SSL_CERT_FILE: path,
    SSL_CERT_DIR: "",
    DENO_CERT: "",
  };
  return TRUST_VARIABLES.every((name) => (get(name) ?? "") === expected[name]);
}
