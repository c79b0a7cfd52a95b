import { assertEquals } from "@std/assert";
import {
  doctorPermissions,
  gitPermissions,
  localBuildPermissions,
  packagePermissions,
} from "../../lib/config/permissions.ts";

interface Task {
  readonly command: string;
}

const { tasks } = JSON.parse(
  await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
) as { tasks: Readonly<Record<string, Task>> };

function flagsOf(task: string): string[] {
  return (tasks[task]?.command ?? "").split(" ").filter((word) =>
    word.startsWith("--allow-")
  );
}

Deno.test("the tasks give the worker what it needs, and nothing else", () => {
  assertEquals(flagsOf("start"), gitPermissions());
  assertEquals(flagsOf("start:packages"), packagePermissions());
  assertEquals(flagsOf("doctor"), doctorPermissions());
  assertEquals(flagsOf("local"), localBuildPermissions());
});
