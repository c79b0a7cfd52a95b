import type { Statement } from "./_statement.ts";
import type { BuildKitFeature } from "./dockerfile.ts";
import { DockerfileError } from "./error.ts";

/** Flags that the classic builder refuses, or may leave out without harm. */
const NOTED: Readonly<Record<string, readonly string[]>> = {
  ADD: ["chmod", "link"],
  COPY: ["chmod", "link"],
  RUN: ["device", "mount", "network", "security"],
};

/**
 * Flags whose loss would change the image. The classic builder of 20.10 does not
 * know them; newer ones read them and do nothing (28.5, and still in 29).
 */
const IGNORED: Readonly<Record<string, readonly string[]>> = {
  ADD: ["checksum", "exclude", "keep-git-dir", "unpack"],
  COPY: ["exclude", "parents"],
};

/** What only BuildKit sets; in the classic builder they are empty. */
const PLATFORM_VARIABLES = /^(?:BUILD|TARGET)(?:PLATFORM|OS|ARCH|VARIANT)$/;

/** The features of one instruction that the classic builder refuses by itself. */
export function featuresOf(statement: Statement): BuildKitFeature[] {
  const { keyword, line } = statement;
  return (NOTED[keyword] ?? [])
    .filter((flag) => isOn(statement, flag))
    .map((flag) => ({ line, feature: `${keyword} --${flag}` }));
}

/** The variables among these names that only BuildKit sets. */
export function platformVariables(names: Iterable<string>): string[] {
  return [...names].filter((name) => PLATFORM_VARIABLES.test(name));
}

/**
 * Refuses what the classic builder would take without a word and build wrongly.
 *
 * @throws {DockerfileError} of kind `needs_buildkit`.
 */
export function refuseIgnored(statement: Statement): void {
  const { keyword, line, heredoc } = statement;
  if (heredoc !== undefined) {
    throw new DockerfileError(
      "needs_buildkit",
      `the text after "<<${heredoc}" needs BuildKit, which builds here do not ` +
        'use: join the commands by "&& \\", or put the text into a file of its own',
      { line },
    );
  }
  const flag = (IGNORED[keyword] ?? []).find((name) => isOn(statement, name));
  if (flag === undefined) return;
  throw new DockerfileError(
    "needs_buildkit",
    `"${keyword} --${flag}" needs BuildKit, which builds here do not use: ` +
      "do without it",
    { line },
  );
}

function isOn({ flags }: Statement, name: string): boolean {
  const [value] = flags.get(name) ?? [];
  return value !== undefined && value.toLowerCase() !== "false";
}
