import { encodeBase64 } from "@std/encoding";
import type { RegistryCredentials } from "./credentials.ts";

/** The key under which the engine looks for the credentials of Docker Hub. */
const DOCKER_HUB_KEY = "https://index.docker.io/v1/";

const DOCKER_HUB_HOSTS = new Set([
  "docker.io",
  "index.docker.io",
  "registry-1.docker.io",
]);

/** The `X-Registry-Auth` header of a pull or push; anonymous without credentials. */
export function registryAuthHeader(
  credentials: RegistryCredentials | undefined,
): Record<string, string> {
  const auth = credentials === undefined ? {} : {
    username: credentials.username,
    password: credentials.password.reveal(),
    serveraddress: registryKey(credentials.registry),
  };
  return { "X-Registry-Auth": encodeHeader(auth) };
}

/**
 * The `X-Registry-Config` header of a build: credentials under the exact host
 * and port that the engine will look for.
 */
export function registryConfigHeader(
  credentials: readonly RegistryCredentials[],
): Record<string, string> {
  const config = Object.fromEntries(credentials.map((
    { registry, username, password },
  ) => [registryKey(registry), { username, password: password.reveal() }]));
  return { "X-Registry-Config": encodeHeader(config) };
}

function registryKey(registry: string): string {
  return DOCKER_HUB_HOSTS.has(registry) ? DOCKER_HUB_KEY : registry;
}

/**
 * Base64url **with** padding, the only form the engine reads: it takes any
 * other for anonymous without a word (Go `base64.URLEncoding`).
 */
function encodeHeader(value: unknown): string {
  return encodeBase64(JSON.stringify(value))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
