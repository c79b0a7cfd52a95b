import type { Stage } from "../e2e/_stage.ts";
import type { RegistryGate } from "../support/registry_gate.ts";

/** What goes wrong with a build, and what its manager must see of it. */
export const TROUBLES = {
  "nothing": "success",
  "failing command": "builderror",
  "invalid Dockerfile": "dockerfileissue",
  "missing package": "buildpackissue",
  "missing base": "cannotpullbaseimage",
  "registry in trouble once": "success",
  "cancelled": "clientrejectedtransition",
  "interrupted": "clientrejectedtransition",
  "session dropped": "lost",
  "manager restarts": "lost",
  "engine restarts": "dockerconnecterror",
} as const;

export type Trouble = keyof typeof TROUBLES;

/** Troubles that come over a build while its command runs. */
export const STRIKES: ReadonlySet<Trouble> = new Set([
  "interrupted",
  "session dropped",
  "manager restarts",
  "engine restarts",
]);

/** The arguments of a build that has, or is going to have, a trouble. */
export async function troubledBuild(
  trouble: Trouble,
  { stage, gate }: { readonly stage: Stage; readonly gate: RegistryGate },
): Promise<Record<string, unknown>> {
  const base = `FROM ${gate.host}/e2e/base\nCOPY . /src/\n`;
  const dockerfile = (text: string) => stage.package({ Dockerfile: text });
  const arguments_ = (build_package: string) =>
    stage.arguments({ registry: gate.host, build_package });
  if (STRIKES.has(trouble)) {
    return arguments_(
      await dockerfile(`${base}RUN echo begun; sleep 120\n`),
    );
  }
  switch (trouble) {
    case "failing command":
      return arguments_(await dockerfile(`${base}RUN date +%N; exit 3\n`));
    case "invalid Dockerfile":
      return arguments_(await dockerfile("COPY . /\n"));
    case "missing package":
      return arguments_(
        `${await dockerfile("")}&missing`.replace("package", "x"),
      );
    case "missing base":
      return arguments_(await dockerfile(`FROM ${gate.host}/e2e/missing\n`));
    default:
      return arguments_(await dockerfile(`${base}RUN date +%N > /now\n`));
  }
}
