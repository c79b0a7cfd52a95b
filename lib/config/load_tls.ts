import { readAuthorities } from "../tls/authorities.ts";
import type { TlsOptions } from "../tls/http_client.ts";
import { readIdentity } from "../tls/identity.ts";
import { PemFileError } from "../tls/pem_file.ts";
import type { ConfigReading } from "./config.ts";
import { ConfigError, type Mistake } from "./config_error.ts";
import { CERTIFICATE_DIRECTORY } from "./permissions.ts";
import { settingSource } from "./setting_flag.ts";
import type { SettingName } from "./settings.ts";

/** The certificates that settings name, by whom they are for. */
export interface TlsConfig {
  readonly manager: TlsOptions;
  /** For downloads and git servers, which are shown no certificate. */
  readonly sources: TlsOptions;
  readonly engine: TlsOptions;
}

/**
 * Reads the files that the settings of TLS name.
 *
 * @throws {ConfigError} naming every file that cannot be used, and why
 */
export async function loadTls(
  { engine, settings, flags }: Pick<
    ConfigReading,
    "engine" | "settings" | "flags"
  >,
): Promise<TlsConfig> {
  const mistakes: Mistake[] = [];
  const attempt = async <T>(
    setting: SettingName,
    path: string | undefined,
    read: (path: string) => Promise<T>,
  ): Promise<T | undefined> => {
    if (path === undefined) return undefined;
    try {
      return await read(path);
    } catch (error) {
      if (!(error instanceof PemFileError)) throw error;
      const isKey = error.path === settings.TLS_KEY_PATH;
      const meant = isKey ? "TLS_KEY_PATH" : setting;
      mistakes.push({
        setting: meant,
        source: settingSource(meant, flags),
        problem: explain(error),
      });
      return undefined;
    }
  };

  const { TLS_CA_PATH, TLS_CERT_PATH, TLS_KEY_PATH } = settings;
  const authorities = await attempt(
    "TLS_CA_PATH",
    TLS_CA_PATH,
    readAuthorities,
  );
  const identity = await attempt(
    "TLS_CERT_PATH",
    TLS_CERT_PATH,
    (certificate) =>
      readIdentity({ certificate, key: TLS_KEY_PATH ?? certificate }),
  );
  const isSecure = engine?.kind === "tcp" && engine.secure;
  const engineTls = await attempt(
    "DOCKER_CERT_PATH",
    isSecure ? settings.DOCKER_CERT_PATH : undefined,
    readDockerFiles,
  );
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return {
    manager: { authorities, identity },
    sources: { authorities },
    engine: engineTls ?? { authorities },
  };
}

/** The files of a directory that the docker command line takes, by its names. */
async function readDockerFiles(directory: string): Promise<TlsOptions> {
  return {
    authorities: await readAuthorities(`${directory}/ca.pem`),
    identity: await readIdentity({
      certificate: `${directory}/cert.pem`,
      key: `${directory}/key.pem`,
    }),
  };
}

function explain({ path, problem, cause }: PemFileError): string {
  const advice = cause instanceof Deno.errors.NotCapable
    ? `; certificates have to be in ${CERTIFICATE_DIRECTORY}`
    : "";
  return `cannot use "${path}": ${problem}${advice}`;
}
