import type { GetVariable } from "../config/config.ts";
import type { TRUST_VARIABLES } from "../config/settings.ts";

/**
 * Whom Deno (2.9) trusts by itself, as it reads after "none are named:". Its
 * stores are `mozilla` and `system`, and the latter is what two variables say
 * where they are set; `DENO_CERT` comes on top.
 */
export function usualAuthorities(get: GetVariable): string {
  const read = (name: (typeof TRUST_VARIABLES)[number]) => get(name) || "";
  const stores = (read("DENO_TLS_CA_STORE") || "mozilla").split(",")
    .map((store) => store.trim());
  const replaced = [read("SSL_CERT_FILE"), read("SSL_CERT_DIR")]
    .filter((path) => path !== "");
  const system = replaced.length === 0
    ? "the system's"
    : `those of ${replaced.join(" and ")}`;
  const certificate = read("DENO_CERT");
  const trusted = [
    ...stores.includes("mozilla") ? ["Mozilla's"] : [],
    ...stores.includes("system") ? [system] : [],
    ...certificate === "" ? [] : [`those of ${certificate}`],
  ];
  return `${trusted.join(" and ")} are trusted`;
}
