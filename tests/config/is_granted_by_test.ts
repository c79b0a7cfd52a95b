import { assertEquals } from "@std/assert";
import { isGrantedBy } from "../../lib/config/is_granted_by.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

Deno.test("flags give what Deno gives by them", async (t) => {
  const flags = [
    "--allow-read=/tmp,/run/a.sock",
    "--allow-write",
    "--allow-sys=uid",
  ];
  const permissions: readonly Deno.PermissionDescriptor[] = [
    { name: "read" },
    { name: "write" },
    ...["/tmp", "/tmp/", "/tmp/a", "/tmp/../a", "/tmpa", "/run/a.sock", "/run"]
      .map((path) => ({ name: "read", path }) as const),
    { name: "write", path: "/a" },
    { name: "sys", kind: "uid" },
    { name: "sys", kind: "statfs" },
    { name: "net", host: "a:1" },
    { name: "run", command: "git" },
    { name: "env", variable: "A" },
  ];
  const script = `const states = [];
    for (const permission of ${JSON.stringify(permissions)}) {
      states.push((await Deno.permissions.query(permission)).state);
    }
    console.log(JSON.stringify(states));`;
  await using directory = await TemporaryDirectory.create();
  const module = `${directory.path}/query.js`;
  await Deno.writeTextFile(module, script);
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--no-config", ...flags, module],
  }).output();
  const states = JSON.parse(new TextDecoder().decode(stdout));
  for (const [index, permission] of permissions.entries()) {
    await t.step(JSON.stringify(permission), () => {
      assertEquals(
        isGrantedBy(flags, permission),
        states[index] === "granted",
      );
    });
  }
});
