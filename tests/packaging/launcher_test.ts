import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { Program } from "./_program.ts";

const SCRIPT = fileURLToPath(
  new URL("../../deploy/build/launcher.ts", import.meta.url),
);

/** What tells Deno whom to trust, with a program that prints it for Deno. */
const PRINT_TRUST = `#!/bin/sh
echo "$DENO_TLS_CA_STORE|$SSL_CERT_FILE|\${SSL_CERT_DIR-none}|\${DENO_CERT-none}" >&2
`;

Deno.test("a bundle starts Deno to trust one authority alone where it is to", async () => {
  await using directory = await TemporaryDirectory.create();
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", SCRIPT],
  }).output();
  const launcher = `${directory.path}/quay-builder`;
  for (
    const [path, content] of [
      [launcher, stdout],
      [`${directory.path}/deno`, new TextEncoder().encode(PRINT_TRUST)],
    ] as const
  ) {
    await Deno.writeFile(path, content, { mode: 0o755 });
  }
  const trust = async (TLS_CA_ONLY: string) => {
    await using program = new Program(launcher, {
      env: {
        PATH: Deno.env.get("PATH") ?? "",
        TLS_CA_PATH: "/ca.pem",
        TLS_CA_ONLY,
        DENO_TLS_CA_STORE: "mozilla",
        SSL_CERT_FILE: "/usual.pem",
        SSL_CERT_DIR: "/usual",
        DENO_CERT: "/more.pem",
      },
    });
    return (await program.exited()).log.trim();
  };
  for (const yes of ["true", "1", "Yes", "TRUE"]) {
    assertEquals(await trust(yes), "system|/ca.pem|none|none");
  }
  for (const no of ["", "false", "0"]) {
    assertEquals(await trust(no), "mozilla|/usual.pem|/usual|/more.pem");
  }
});
