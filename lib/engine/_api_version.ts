/** A version of the Docker Engine API, such as `1.41`. */
export interface ApiVersion {
  readonly major: number;
  readonly minor: number;
}

/**
 * The oldest version spoken: 1.32 (Engine 17.09) is the first that knows every
 * parameter sent (`platform` came last).
 */
export const OLDEST_API_VERSION: ApiVersion = { major: 1, minor: 32 };

/** The newest version spoken: 1.52 (Engine 29.0); newer engines speak it too. */
export const NEWEST_API_VERSION: ApiVersion = { major: 1, minor: 52 };

/** Reads a version as the engine writes it, or `undefined` when it is none. */
export function parseApiVersion(text: string): ApiVersion | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)$/.exec(text.trim()) ?? [];
  if (major === undefined || minor === undefined) return undefined;
  return { major: Number(major), minor: Number(minor) };
}

/** Writes a version as the engine does. */
export function formatApiVersion(version: ApiVersion): string {
  return `${version.major}.${version.minor}`;
}

/** Whether `a` came before `b`. */
export function isOlder(a: ApiVersion, b: ApiVersion): boolean {
  return a.major < b.major || (a.major === b.major && a.minor < b.minor);
}
