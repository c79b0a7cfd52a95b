/** The worker's version, in step with `deno.json` and the changelog. */
export const VERSION = "0.1.0";
