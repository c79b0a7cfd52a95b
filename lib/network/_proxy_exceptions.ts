/**
 * Whether `NO_PROXY` names a host, as Deno 2.9 reads it: names with all below
 * them, addresses, and networks in CIDR form; `*` means every host.
 */
export function isException(host: string, exceptions: string): boolean {
  return exceptions.split(",").map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*" || entry === host) return true;
      if (entry.includes("/")) return isInNetwork(host, entry);
      const name = entry.replace(/^\*?\./, "");
      return host === name || host.endsWith(`.${name}`);
    });
}

function isInNetwork(host: string, network: string): boolean {
  const [base = "", bits = ""] = network.split("/");
  const [address, start] = [ipv4(host), ipv4(base)];
  if (address === undefined || start === undefined) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(address / size) === Math.floor(start / size);
}

function ipv4(text: string): number | undefined {
  const parts = text.split(".");
  const isAddress = parts.length === 4 &&
    parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256);
  if (!isAddress) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}
