import { isLiveTerminal, terminalSize } from "../../terminal/terminal.ts";
import type { BuildDisplay } from "../event.ts";
import { JsonDisplay } from "./json_display.ts";
import { PlainDisplay } from "./plain_display.ts";
import { TerminalDisplay } from "./terminal_display.ts";

/** Shows a build on standard output, as fits whoever reads it. */
export function openDisplay(
  { json }: { readonly json: boolean },
): BuildDisplay {
  const output = Deno.stdout.writable;
  if (json) return new JsonDisplay(output);
  return isLiveTerminal()
    ? new TerminalDisplay({ output, size: terminalSize })
    : new PlainDisplay(output);
}
