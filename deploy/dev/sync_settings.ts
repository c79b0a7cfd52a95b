/**
 * Writes the settings and what they need into the files that repeat them: the
 * README's table, and the permissions of the tasks in `deno.json`. Tests fail
 * where they are out of step.
 *
 * @module
 */
import {
  gitPermissions,
  packagePermissions,
} from "../../lib/config/permissions.ts";
import { type Setting, SETTINGS } from "../../lib/config/settings.ts";

/** The permissions of each task that starts the worker. */
const TASKS: Readonly<Record<string, readonly string[]>> = {
  "start": gitPermissions(),
  "start:packages": packagePermissions(),
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
  return readme.replace(
    /(<!-- settings:begin -->\n).*(\n<!-- settings:end -->)/s,
    (_, begin, end) => `${begin}\n${table}\n${end}`,
  );
});

await rewrite("../../deno.json", (text) => {
  for (const [task, permissions] of Object.entries(TASKS)) {
    const pattern = new RegExp(
      `("${task}": \\{[^}]*"command": "[^"]*?)--allow-.*?( main\\.ts")`,
    );
    text = text.replace(
      pattern,
      (_, before, after) => `${before}${permissions.join(" ")}${after}`,
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
