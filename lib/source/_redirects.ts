import { DownloadError } from "./_download_error.ts";

/** Answers with an address to go on to (RFC 9110, section 15.4). */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Redirects that a request follows, as in the Fetch standard. */
const MAX_REDIRECTS = 20;

/** What a {@linkcode fetchFollowing} asks with, wherever it is led. */
export type FollowingOptions =
  & Pick<RequestInit, "headers" | "signal">
  & { readonly client?: Deno.HttpClient | undefined };

/**
 * Gets a URL and follows redirects as `fetch` does, but never from HTTPS to
 * HTTP, where whoever is on the way reads and changes what is sent.
 *
 * @throws {DownloadError} for a redirect that leads nowhere
 */
export async function fetchFollowing(
  url: URL,
  { client, ...options }: FollowingOptions,
): Promise<Response> {
  let target = url;
  for (let count = 0; count <= MAX_REDIRECTS; count++) {
    const response = await fetch(target, {
      ...options,
      redirect: "manual",
      ...(client && { client }),
    });
    const location = response.headers.get("location");
    if (!REDIRECTS.has(response.status) || location === null) return response;
    await response.body?.cancel();
    target = nextTarget(location, target);
  }
  throw dead(`the server redirects more than ${MAX_REDIRECTS} times`);
}

function nextTarget(location: string, from: URL): URL {
  const target = URL.parse(location, from.href);
  if (target === null || !/^https?:$/.test(target.protocol)) {
    throw dead("the server redirects to what is no address of HTTP");
  }
  if (from.protocol === "https:" && target.protocol === "http:") {
    throw dead(
      `the server redirects from HTTPS to "http://${target.host}", where the package could be read and changed on its way: it has to stay with HTTPS`,
    );
  }
  return target;
}

function dead(message: string): DownloadError {
  return new DownloadError(message, { retriable: false });
}
