import type { BuildImageOptions } from "../engine/build_options.ts";

/** What the containers of builds may use; by default whatever the engine has. */
export type ContainerOptions = Pick<
  BuildImageOptions,
  "networkMode" | "resources"
>;
