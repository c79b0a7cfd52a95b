import { assertEquals } from "@std/assert";
import {
  doctorPermissions,
  gitPermissions,
  localBuildPermissions,
  packagePermissions,
} from "../../lib/config/permissions.ts";
import { RUNTIME_FLAGS } from "../../lib/config/runtime_flags.ts";

interface Task {
  readonly command: string;
}

const { tasks } = JSON.parse(
  await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
) as { tasks: Readonly<Record<string, Task>> };

/** What is not the same for every program. */
function flagsOf(task: string): string[] {
  const common = ["--no-prompt", "--frozen"];
  return (tasks[task]?.command ?? "").split(" ").filter((word) =>
    word.startsWith("--") && !common.includes(word)
  );
}

Deno.test("the tasks give the worker what it needs, and nothing else", () => {
  const running = (permissions: string[]) => [...RUNTIME_FLAGS, ...permissions];
  assertEquals(flagsOf("start"), running(gitPermissions()));
  assertEquals(flagsOf("start:packages"), running(packagePermissions()));
  assertEquals(flagsOf("doctor"), doctorPermissions());
  assertEquals(flagsOf("local"), running(localBuildPermissions()));
});
