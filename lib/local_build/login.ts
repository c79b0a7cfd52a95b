import type { BuildRequest } from "../build/request.ts";
import type { RegistryCredentials } from "../engine/credentials.ts";
import { Secret } from "../secret/secret.ts";
import { findStoredLogin } from "./docker_config.ts";
import { BuildInputError } from "./input_error.ts";

/** The environment variable with the password for `--username`. */
export const PASSWORD_VARIABLE = "REGISTRY_PASSWORD";

/** Environment variables that say where the docker CLI's configuration is. */
export const DOCKER_CONFIG_VARIABLES = ["DOCKER_CONFIG", "HOME"] as const;

/** The login for a registry. */
export interface Login {
  readonly credentials?: RegistryCredentials;
  /** What the person who builds should know about it. */
  readonly remark?: string;
}

/**
 * The request of a build with a login. The protocol between manager and worker
 * has no place for one: it carries a token for the user `$token`.
 */
export function withLogin(
  request: BuildRequest,
  { credentials }: Login,
): BuildRequest {
  const { registry } = request;
  // The engine takes an empty login for none at all.
  const anonymous = { registry, username: "", password: new Secret("") };
  return {
    ...request,
    pullCredentials: credentials ?? anonymous,
    ...(credentials && {
      pushCredentials: credentials,
      baseImageCredentials: credentials,
    }),
  };
}

/** Where {@linkcode findLogin} looks. */
export interface LoginOptions {
  readonly username: string | undefined;
  /** Gives the password that was piped in, where that was asked for. */
  readonly readPassword: (() => Promise<string>) | undefined;
  /** The value of an environment variable, if it is set; may throw. */
  env(name: string): string | undefined;
}

/**
 * Finds the login for exactly one registry: the one that was given, else the
 * one that the docker CLI has stored.
 *
 * @throws {BuildInputError} when only half of a login was given
 */
export async function findLogin(
  registry: string,
  { username, readPassword, env }: LoginOptions,
): Promise<Login> {
  if (username === undefined) {
    if (readPassword === undefined) return await storedLogin(registry, env);
    throw new BuildInputError(
      "Cannot use --password-stdin: give --username, too",
    );
  }
  const password = await readPassword?.() ?? env(PASSWORD_VARIABLE) ?? "";
  if (password !== "") {
    const secret = new Secret(password);
    return { credentials: { registry, username, password: secret } };
  }
  throw new BuildInputError(
    "Cannot use --username: its password is missing, expected in the " +
      `environment variable ${PASSWORD_VARIABLE}, or piped in with --password-stdin`,
  );
}

async function storedLogin(
  registry: string,
  env: LoginOptions["env"],
): Promise<Login> {
  const instead =
    `to log in to ${registry}, give --username, and the password in ${PASSWORD_VARIABLE}`;
  let path = "the docker CLI's configuration";
  try {
    const directory = env("DOCKER_CONFIG") || `${env("HOME") ?? ""}/.docker`;
    path = `${directory}/config.json`;
    const login = findStoredLogin(await Deno.readTextFile(path), registry);
    switch (login.kind) {
      case "login":
        return { credentials: login.credentials };
      case "helper":
        return {
          remark:
            `The login of ${registry} is kept by "docker-credential-${login.helper}", which is not run here: ${instead}`,
        };
      case "token":
        return {
          remark:
            `The login of ${registry} is an identity token, which is not used here: ${instead}`,
        };
      case "none":
        return {};
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return {};
    const detail = error instanceof Error ? error.message : String(error);
    return { remark: `Cannot read ${path}: ${detail}; ${instead}` };
  }
}
