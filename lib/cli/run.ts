import { ConfigError } from "../config/config_error.ts";
import { TelemetryError } from "../telemetry/error.ts";
import { parseCommandLine } from "./args.ts";
import { COMMANDS } from "./commands.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { printError } from "./print.ts";
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
        const { version } = await import("./version.ts");
        return await version();
      }
    }
  } catch (error) {
    const mistake = describeMistake(error);
    await printError(`${mistake ?? await describeFault(error)}\n`);
    return mistake === undefined ? EXIT_CODES.fault : EXIT_CODES.configuration;
  }
}

/** What whoever called the program can put right; else `undefined`. */
function describeMistake(error: unknown): string | undefined {
  if (error instanceof Deno.errors.NotCapable) {
    return `Cannot go on: Deno lacks a permission: ${error.message}`;
  }
  const isMistake = error instanceof UsageError ||
    error instanceof ConfigError || error instanceof TelemetryError;
  return isMistake ? error.message : undefined;
}

/** All that helps to find a fault, but the logins in addresses. */
async function describeFault(error: unknown): Promise<string> {
  const { Redactor } = await import("../secret/redactor.ts");
  const detail = new Redactor([]).redact(Deno.inspect(error));
  return `Cannot go on, because of a fault in this program: ${detail}`;
}
