import { Secret } from "./secret.ts";

/**
 * The secrets that a URL carries: its password or, without one and over HTTP,
 * its user, which then is a token. None for what is no URL.
 */
export function secretsOfUrl(url: string): Secret[] {
  if (!URL.canParse(url)) return [];
  const { protocol, username, password } = new URL(url);
  const isHttp = protocol === "https:" || protocol === "http:";
  const encoded = password === "" && isHttp ? username : password;
  return [...new Set([encoded, decode(encoded)])]
    .filter((text) => text !== "")
    .map((text) => new Secret(text));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
