import { Secret } from "./secret.ts";

/**
 * Names of query parameters that let whoever has the URL in: `X-Amz-Signature`,
 * `X-Goog-Credential`, `sig` (Azure), `temp_url_sig` (Swift), `access_token`.
 */
const SIGNED = /sig|token|secret|passw|key|credential|auth/i;

/**
 * Characters from which on a user beside a password is taken for a token, as in
 * GitHub's `TOKEN:x-oauth-basic`; people, and `gitlab-ci-token`, have fewer.
 */
const MIN_TOKEN_LENGTH = 16;

/** The user and, behind the first colon, the password, up to the last `@`. */
const MISTYPED = /^[^:]*:\/\/([^:]*)(?::(.*))?@/s;

/** The password in `user:password@host`, which is a URL of an odd scheme. */
const WITHOUT_SCHEME = /^[^:]*:(?!\/\/)(.+)@/s;

/**
 * The secrets that a URL carries: its password; over HTTP its user, where that
 * is a token; and what signs it in the query. Of what was to be a URL and is
 * none, because a password was not encoded, that password.
 */
export function secretsOfUrl(url: string): Secret[] {
  const parsed = URL.parse(url);
  if (!parsed?.host) {
    const [, user, password] = MISTYPED.exec(url) ?? [];
    const secret = password ?? user ?? WITHOUT_SCHEME.exec(url)?.[1];
    return secret ? [new Secret(secret)] : [];
  }
  const { protocol, username, password, searchParams } = parsed;
  const isHttp = protocol === "https:" || protocol === "http:";
  const isToken = isHttp &&
    (password === "" || username.length >= MIN_TOKEN_LENGTH);
  const encoded = isToken ? [username, password] : [password];
  const signatures = [...searchParams]
    .filter(([name]) => SIGNED.test(name))
    .map(([, value]) => value);
  return [...new Set([...encoded, ...encoded.map(decode), ...signatures])]
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
