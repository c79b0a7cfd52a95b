import { BuildFailure } from "../build/failure.ts";

/**
 * The failure of a build that did not begin, so that nothing has told of it:
 * neither the log nor the figures of builds.
 */
export class RefusedBuild extends BuildFailure {}
