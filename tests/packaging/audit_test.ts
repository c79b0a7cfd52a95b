import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(
  new URL("../../deploy/dev/audit.sh", import.meta.url),
);

/** Audits by a registry that answers so, as npm's registry would. */
async function audit(
  answer: () => Response,
): Promise<{ code: number; output: string; asked: readonly string[] }> {
  const asked: string[] = [];
  await using registry = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      asked.push(...Object.keys(await request.json()));
      return answer();
    },
  );
  const { code, stdout, stderr } = await new Deno.Command(SCRIPT, {
    env: {
      DENO: Deno.execPath(),
      NPM_CONFIG_REGISTRY: `http://127.0.0.1:${registry.addr.port}/`,
      NO_COLOR: "1",
    },
  }).output();
  const output = new TextDecoder().decode(
    new Uint8Array([
      ...stdout,
      ...stderr,
    ]),
  );
  return { code, output, asked };
}

Deno.test("every locked package is asked about", async () => {
  const { code, output, asked } = await audit(() => Response.json({}));
  assertEquals(code, 0, output);
  for (const name of ["dax", "deno-std", "fast-check"]) {
    assertEquals(asked.includes(name), true, name);
  }
});

Deno.test("a known vulnerability is named, and fails the audit", async () => {
  const advisory = {
    id: 1,
    url: "https://example.com/advisory",
    title: "A hole",
    severity: "high",
    vulnerable_versions: "*",
  };
  const { code, output } = await audit(() => Response.json({ ws: [advisory] }));
  assertEquals(code, 1, output);
  assertStringIncludes(output, "A hole");
});

Deno.test("a registry that does not tell is not taken for a good one", async () => {
  const { code, output } = await audit(() =>
    new Response("no", { status: 405 })
  );
  assertEquals(code, 2, output);
  assertStringIncludes(output, "nothing is known about the packages");
});
