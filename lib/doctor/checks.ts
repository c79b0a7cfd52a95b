import { BUILD_NETWORK } from "./build_network.ts";
import { CERTIFICATES } from "./certificates.ts";
import type { Check } from "./check.ts";
import { CLOCK } from "./clock.ts";
import { CONFIGURATION } from "./configuration.ts";
import { ENGINE } from "./engine.ts";
import { ENGINE_REGISTRY } from "./engine_registry.ts";
import { KNOWN_HOSTS } from "./known_hosts.ts";
import { MANAGER } from "./manager.ts";
import { PERMISSIONS } from "./permissions.ts";
import { PROGRAMS } from "./programs.ts";
import { PROXIES } from "./proxies.ts";
import { REGISTRY } from "./registry.ts";
import { TELEMETRY } from "./telemetry.ts";
import { TEMPORARY_DIRECTORY } from "./temporary_directory.ts";

/** Everything that can be looked at, in the order in which a fault is sought. */
export const CHECKS: readonly Check[] = [
  CONFIGURATION,
  PERMISSIONS,
  CERTIFICATES,
  PROXIES,
  MANAGER,
  ENGINE,
  BUILD_NETWORK,
  REGISTRY,
  ENGINE_REGISTRY,
  PROGRAMS,
  KNOWN_HOSTS,
  TEMPORARY_DIRECTORY,
  TELEMETRY,
  CLOCK,
];
