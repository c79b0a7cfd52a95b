import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { VERSION } from "../../lib/version.ts";

const ROOT = new URL("../../", import.meta.url);

/** What the test looks at of the document. */
interface Sbom {
  readonly metadata: {
    readonly component: {
      readonly version: string;
      readonly properties: readonly unknown[];
    };
  };
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly hashes: readonly unknown[];
    readonly licenses: readonly unknown[];
  }[];
}

async function makeSbom(): Promise<string> {
  const script = fileURLToPath(new URL("deploy/build/sbom.sh", ROOT));
  const { success, stdout, stderr } = await new Deno.Command(script, {
    env: { DENO: Deno.execPath(), COMMIT: "c0ffee" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("the list of what is shipped is CycloneDX, and whole", async (t) => {
  const text = await makeSbom();
  const { metadata, components } = JSON.parse(text) as Sbom;
  const names = components.map(({ name }) => name);

  await t.step("it is valid by CycloneDX's own schema", async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
    assertEquals(await validator.validate(text), null);
    const wrong = text.replace('"library"', '"libary"');
    assert(await validator.validate(wrong) !== null);
  });

  await t.step("it names the worker, its commit and Deno", async () => {
    assertEquals(metadata.component.version, VERSION);
    assertEquals(metadata.component.properties, [
      { name: "commit", value: "c0ffee" },
    ]);
    const pinned = await Deno.readTextFile(new URL(".deno-version", ROOT));
    const denos = components.filter(({ name }) => name.startsWith("@deno/"));
    assert(denos.length > 0);
    for (const { version } of denos) assertEquals(version, pinned.trim());
  });

  await t.step("it has what the worker uses, and nothing of the tests", () => {
    for (const name of ["deno-std", "dax", "@logtape/logtape"]) {
      assert(names.includes(name), name);
    }
    for (const name of ["fast-check", "autobahn", "fox-wamp", "ajv"]) {
      assert(!names.includes(name), name);
    }
  });

  await t.step("each part has its hash and its licence", () => {
    for (const { name, hashes, licenses } of components) {
      assert(hashes.length === 1 && licenses.length === 1, name);
    }
  });
});
