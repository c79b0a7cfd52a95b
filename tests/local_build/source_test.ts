import { assertEquals, assertRejects } from "@std/assert";
import { BuildInputError } from "../../lib/local_build/input_error.ts";
import { openBuildSource } from "../../lib/local_build/source.ts";

const OPTIONS = {
  dockerfile: undefined,
  context: undefined,
  privateKey: undefined,
  onBytes: () => {},
};

Deno.test("what lets into a server is a secret of the source", async () => {
  const cases = {
    "https://me:password@quay.example.com/app.tgz?sig=signature": [
      "password",
      "signature",
    ],
    "https://t0ken@quay.example.com/app.git#main": ["t0ken"],
    "https://quay.example.com/app.tgz": [],
  };
  for (const [text, secrets] of Object.entries(cases)) {
    await using source = await openBuildSource(text, OPTIONS);
    assertEquals(source.secrets.map((secret) => secret.reveal()), secrets);
  }
});

Deno.test("the address of local files is a secret, too", async () => {
  await using source = await openBuildSource("-", OPTIONS);
  assertEquals(
    source.secrets.map((secret) => secret.reveal()),
    [source.arguments["build_package"]],
  );
});

Deno.test("the context of a repository is named once", async () => {
  const url = "https://quay.example.com/app.git#main";
  await assertRejects(
    () => openBuildSource(`${url}:dir`, { ...OPTIONS, context: "other" }),
    BuildInputError,
    'Cannot build from both "dir"',
  );
  const contextOf = async (text: string, context?: string) => {
    await using source = await openBuildSource(text, { ...OPTIONS, context });
    return source.arguments["context"];
  };
  assertEquals(await contextOf(`${url}:dir`), "dir");
  assertEquals(await contextOf(url, "other"), "other");
});
