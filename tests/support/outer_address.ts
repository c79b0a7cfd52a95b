/**
 * An address of this machine that is no loopback: there, the engine insists on
 * TLS with a certificate that it trusts.
 */
export function outerAddress(): string {
  const found = Deno.networkInterfaces().find(({ family, address }) =>
    family === "IPv4" && !address.startsWith("127.")
  );
  if (!found) throw new Error("This machine has no address but loopback");
  return found.address;
}
