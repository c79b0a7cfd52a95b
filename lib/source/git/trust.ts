import type { Git } from "./command.ts";
import type { Workplace } from "./workplace.ts";

/** Whom git trusts over HTTPS. */
export interface GitTrust {
  /** Certificate authorities, in PEM, beside the system's. */
  readonly authorities?: string | undefined;
  /** Whether the system's do not count. Default: no. */
  readonly only?: boolean | undefined;
}

/**
 * Prints the system's certificate authorities, of which git takes its own in
 * place and not beside. The worker itself may not read files there. The paths
 * are those of Debian and Alpine, Fedora and RHEL, SUSE, and the BSDs.
 */
const PRINT_SYSTEMS = [
  "!for file in",
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem;",
  'do [ ! -r "$file" ] || { cat "$file"; break; }; done; :',
].join(" ");

/**
 * Has git trust authorities, by a file in the workplace.
 *
 * @returns git's settings for it
 */
export async function trustAuthorities(
  git: Git,
  { home }: Pick<Workplace, "home">,
  { authorities, only = false }: GitTrust,
): Promise<Record<string, string>> {
  if (authorities === undefined) return {};
  const own = `${home}/authorities.pem`;
  if (only) {
    await Deno.writeTextFile(own, authorities);
    // An empty directory takes the place of the system's.
    const none = `${home}/no-authorities`;
    await Deno.mkdir(none, { recursive: true });
    return { "http.sslCAInfo": own, "http.sslCAPath": none };
  }
  const print = git.configured({ "alias.authorities": PRINT_SYSTEMS });
  const systems = await print.run("authorities");
  await Deno.writeTextFile(own, `${authorities}\n${systems}`);
  return { "http.sslCAInfo": own };
}
