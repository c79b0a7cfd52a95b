/**
 * Whether `NO_PROXY` names a host, as Deno 2.9 reads it: names, with or without
 * a leading dot, with all below them; addresses, and networks in CIDR form; `*`
 * means every name, but no address.
 *
 * @param hostname that of a URL, IPv6 in brackets
 */
export function isException(hostname: string, exceptions: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const address = bitsOf(host);
  return entriesOf(exceptions).some((entry) => {
    if (address !== undefined) return isWithin(address, entry);
    if (entry === "*" || entry === `.${host}`) return true;
    return `.${host}`.endsWith(entry.startsWith(".") ? entry : `.${entry}`);
  });
}

/** The entries of `NO_PROXY` that name no host, as Deno 2.9 reads them. */
export function namelessExceptions(exceptions: string): string[] {
  return entriesOf(exceptions).filter((entry) =>
    entry !== "*" && prefixOf(entry) === undefined && !isName(entry)
  );
}

function entriesOf(exceptions: string): string[] {
  return exceptions.split(",").map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

/** Whether URLs can have a host of this name, or one below it. */
function isName(entry: string): boolean {
  const name = entry.replace(/^\./, "");
  return !/[*[]/.test(name) && bitsOf(name) === undefined &&
    URL.parse(`http://${name}`)?.hostname === name;
}

function isWithin(address: string, entry: string): boolean {
  const prefix = prefixOf(entry);
  return prefix !== undefined && prefix.of === address.length &&
    address.startsWith(prefix.bits);
}

/** The bits with which all addresses of a network begin, of how many. */
function prefixOf(entry: string): { bits: string; of: number } | undefined {
  const [, base = "", size] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const bits = bitsOf(base);
  if (bits === undefined || Number(size) > bits.length) return undefined;
  return {
    bits: size === undefined ? bits : bits.slice(0, Number(size)),
    of: bits.length,
  };
}

/** The 32 or 128 bits of an address as text; `undefined` where it is none. */
function bitsOf(text: string): string | undefined {
  return ipv4Bits(text) ?? ipv6Bits(text);
}

function ipv4Bits(text: string): string | undefined {
  const parts = text.split(".");
  const isAddress = parts.length === 4 &&
    parts.every((part) =>
      /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256
    );
  return isAddress
    ? parts.map((part) => toBits(Number(part), 8)).join("")
    : undefined;
}

function ipv6Bits(text: string): string | undefined {
  if (!/^[\da-f:.]+$/i.test(text)) return undefined;
  // In a URL, it is eight groups, of which `::` stands for some zeros.
  const host = URL.parse(`http://[${text}]`)?.hostname;
  if (host === undefined) return undefined;
  const [head = [], tail = []] = host.slice(1, -1).split("::").map((part) =>
    part.split(":").filter((group) => group !== "")
      .map((group) => toBits(parseInt(group, 16), 16))
  );
  const zeros = "0".repeat(128 - 16 * (head.length + tail.length));
  return [...head, zeros, ...tail].join("");
}

function toBits(value: number, count: number): string {
  return value.toString(2).padStart(count, "0");
}
