import { decodeBase64 } from "@std/encoding";
import type { RegistryCredentials } from "../engine/credentials.ts";
import { Secret } from "../secret/secret.ts";

/** What the docker CLI's configuration knows of a registry. */
export type StoredLogin =
  | { readonly kind: "login"; readonly credentials: RegistryCredentials }
  /** A program of its own keeps the login, which this one does not run. */
  | { readonly kind: "helper"; readonly helper: string }
  /** A token of an identity service, which this program does not renew. */
  | { readonly kind: "token" }
  | { readonly kind: "none" };

/** The part of `config.json` that is read. */
interface DockerConfig {
  readonly auths?: unknown;
  readonly credHelpers?: unknown;
  readonly credsStore?: unknown;
}

/** Names of Docker Hub in that file, besides `docker.io`. */
const DOCKER_HUB_KEYS: readonly string[] = ["index.docker.io"];

/**
 * Looks a registry's login up in the text of the docker CLI's `config.json`
 * (docker login: `auths`, `credHelpers`, `credsStore`). Only an entry for
 * exactly this host and port counts.
 *
 * @param registry `host[:port]`
 * @throws {SyntaxError} when the text is not JSON, or a login not base64;
 * nothing of the text is in its message
 */
export function findStoredLogin(text: string, registry: string): StoredLogin {
  const config = recordOf(parse(text)) as DockerConfig;
  const hosts = registry === "docker.io"
    ? [registry, ...DOCKER_HUB_KEYS]
    : [registry];
  const ofRegistry = (entries: unknown) =>
    Object.entries(recordOf(entries))
      .find(([key]) => hosts.includes(hostOf(key)))?.[1];
  const helper = ofRegistry(config.credHelpers) ?? config.credsStore;
  const entry = ofRegistry(config.auths);
  const { auth, identitytoken: token } = recordOf(entry);
  if (typeof token === "string" && token !== "") return { kind: "token" };
  const credentials = readLogin(auth, registry);
  if (typeof helper === "string" && credentials === undefined) {
    // A store has an empty entry for every registry that it holds a login of.
    const isHeld = helper !== config.credsStore || entry !== undefined;
    return isHeld ? { kind: "helper", helper } : { kind: "none" };
  }
  return credentials ? { kind: "login", credentials } : { kind: "none" };
}

/** The runtime's own error would quote what it cannot read. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError("it is not JSON");
  }
}

/** Keys are hosts, or addresses such as `https://index.docker.io/v1/`. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, "").replace(/\/.*/s, "");
}

/** `user:password` in base64. */
function readLogin(
  auth: unknown,
  registry: string,
): RegistryCredentials | undefined {
  if (typeof auth !== "string" || auth === "") return undefined;
  const [, username, password] =
    /^([^:]+):(.+)$/s.exec(new TextDecoder().decode(decode(auth))) ?? [];
  return username === undefined || password === undefined ? undefined : {
    registry,
    username,
    password: new Secret(password.replace(/\0+$/, "")),
  };
}

function decode(auth: string): Uint8Array {
  try {
    return decodeBase64(auth);
  } catch {
    throw new SyntaxError("the login in it is not base64");
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
