import { ConfigError } from "../config/config.ts";
import { TelemetryError } from "../telemetry/error.ts";
import { parseCommandLine } from "./args.ts";
import { COMMANDS } from "./commands.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { print, printError } from "./print.ts";
import { UsageError } from "./usage_error.ts";

/**
 * Does what the program was called for.
 *
 * @param args what follows the program's name
 * @returns the process's exit code, one of {@linkcode EXIT_CODES}
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  try {
    const line = parseCommandLine(args, COMMANDS);
    switch (line.kind) {
      case "run":
        return await line.command.run(line.args);
      case "help": {
        const { printHelp } = await import("./help.ts");
        await printHelp(line.command, COMMANDS);
        return EXIT_CODES.done;
      }
      case "version": {
        const { versionText } = await import("./version.ts");
        await print(versionText());
        return EXIT_CODES.done;
      }
    }
  } catch (error) {
    const isMistake = error instanceof UsageError ||
      error instanceof ConfigError || error instanceof TelemetryError;
    if (!isMistake) throw error;
    await printError(`${error.message}\n`);
    return EXIT_CODES.configuration;
  }
}
