/**
 * Writes the settings, what they need, and the commands into the files that
 * repeat them: the README's tables, and the flags of the tasks in `deno.json`. Tests fail where they are out of step.
 *
 * @module
 */
import { PROGRAM } from "../../lib/cli/command.ts";
import { COMMANDS } from "../../lib/cli/commands.ts";
import {
  doctorPermissions,
  gitPermissions,
  localBuildPermissions,
  packagePermissions,
} from "../../lib/config/permissions.ts";
import { RUNTIME_FLAGS } from "../../lib/config/runtime_flags.ts";
import { type Setting, SETTINGS } from "../../lib/config/settings.ts";

/** What each task that starts the program has of Deno's flags. */
const TASKS: Readonly<Record<string, readonly string[]>> = {
  "start": [...RUNTIME_FLAGS, ...gitPermissions()],
  "start:packages": [...RUNTIME_FLAGS, ...packagePermissions()],
  "doctor": doctorPermissions(),
  "local": [...RUNTIME_FLAGS, ...localBuildPermissions()],
};

await rewrite("../../README.md", (readme) => {
  const rows = Object.entries<Setting<unknown>>(SETTINGS).map(
    ([name, { help, default: fallback, example }]) =>
      `| \`${name}\` | ${help} | ${
        fallback === undefined ? "" : `\`${fallback}\``
      } | \`${example}\` |`,
  );
  const table = [
    "| variable | meaning | default | example |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
  return fill(fill(readme, "settings", table), "commands", commandTable());
});

function commandTable(): string {
  return [
    "| command | what it does |",
    "| --- | --- |",
    ...COMMANDS.map(({ name, usage, summary }) => {
      const words = [PROGRAM, name, usage].filter((word) => word !== "");
      return `| \`${words.join(" ").replaceAll("|", "\\|")}\` | ${summary} |`;
    }),
  ].join("\n");
}

function fill(readme: string, section: string, text: string): string {
  return readme.replace(
    new RegExp(
      `(<!-- ${section}:begin -->\\n).*(\\n<!-- ${section}:end -->)`,
      "s",
    ),
    (_, begin, end) => `${begin}\n${text}\n${end}`,
  );
}

await rewrite("../../deno.json", (text) => {
  for (const [task, flags] of Object.entries(TASKS)) {
    const pattern = new RegExp(
      `("${task}": \\{[^}]*"command": "[^"]*?--frozen )--.*?( \\S*main\\.ts[^"]*")`,
    );
    text = text.replace(
      pattern,
      (_, before, after) => `${before}${flags.join(" ")}${after}`,
    );
  }
  return text;
});

const files = ["../../README.md", "../../deno.json"].map((path) =>
  new URL(path, import.meta.url).pathname
);
await new Deno.Command(Deno.execPath(), {
  args: ["fmt", "--quiet", ...files],
}).spawn().status;

async function rewrite(
  path: string,
  change: (text: string) => string,
): Promise<void> {
  const url = new URL(path, import.meta.url);
  await Deno.writeTextFile(url, change(await Deno.readTextFile(url)));
}
