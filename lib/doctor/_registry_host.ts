import { isRegistry } from "../image/registry.ts";
import type { Circumstances } from "./check.ts";

/** The registry to look for. */
export interface RegistryHost {
  /** `host` or `host:port`, as it stands in an image's name. */
  readonly host: string;
  /** Whether it was only guessed that the registry is there. */
  readonly isGuess: boolean;
}

/** The registry that was named; Quay's manager lives with its registry. */
export function registryHost(
  { registry, config: { endpoint } }: Circumstances,
): RegistryHost | undefined {
  if (registry !== undefined) return { host: registry, isGuess: false };
  // Of a host that no image's name can begin with, it has another name.
  if (!endpoint || !isRegistry(endpoint.hostname)) return undefined;
  return { host: endpoint.hostname, isGuess: true };
}

/** What to do where no registry is known. */
export const NAME_ONE = "Name it with --registry=HOST[:PORT]";

/** What else may be the matter where a registry was only guessed. */
export const OR_NAME_ONE =
  "The Build Manager's host was looked at; name another one with --registry=HOST[:PORT]";

/** Where Docker Hub's registry answers: its name in images is none of a server. */
const DOCKER_HUB = "registry-1.docker.io";

/** The server of a registry that is named as in images. */
export function registryServer(host: string): string {
  return /^(index\.)?docker\.io$/.test(host) ? DOCKER_HUB : host;
}
