import { type SettingName, SETTINGS } from "./settings.ts";

/** One thing that is wrong with the configuration. */
export interface Mistake {
  readonly setting: SettingName;
  /** Where it was written: the flag, or the environment variable. */
  readonly source: string;
  /** What is wrong and what was expected. */
  readonly problem: string;
}

/** The configuration cannot be used; the message names every mistake. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly mistakes: readonly Mistake[];

  constructor(mistakes: readonly Mistake[]) {
    const lines = mistakes.map((mistake) => `  ${describeMistake(mistake)}`);
    super(["Cannot use this configuration:", ...lines, NEXT_STEP].join("\n"));
    this.mistakes = mistakes;
  }
}

/** The worker may read its own variables alone, so it sees no misspelt one. */
const NEXT_STEP =
  "`quay-builder --help` lists every setting; `quay-builder doctor` also finds variables that are misspelt";

/** One line about a mistake: where it is, what was expected, and an example. */
function describeMistake({ setting, source, problem }: Mistake): string {
  const { example } = SETTINGS[setting];
  return `${source}: ${problem}, for example ${source}=${example}`;
}
