import { assert, assertEquals, assertRejects } from "@std/assert";
import { gzipSync } from "node:zlib";
import { ContextError } from "../../lib/context/error.ts";
import { openPackage } from "../../lib/context/package.ts";
import { packMade, spoolOf } from "./_support.ts";

const HTML = "<!DOCTYPE html><html><body>Not found</body></html>";
const DOCKERFILE = "# an image\nFROM scratch\n";
const SCRIPT = "echo FROM scratch > Dockerfile";

async function kindOf(
  content: string | Uint8Array<ArrayBuffer>,
  contentType?: string,
): Promise<string> {
  const bytes = typeof content === "string"
    ? new TextEncoder().encode(content)
    : content;
  const spool = await spoolOf(bytes);
  await using source = await openPackage(
    spool,
    contentType === undefined ? {} : { contentType },
  );
  return source.kind;
}

async function refuse(
  content: string | Uint8Array<ArrayBuffer>,
  contentType?: string,
): Promise<string> {
  const error = await assertRejects(
    () => kindOf(content, contentType),
    ContextError,
  );
  assertEquals(error.kind, "unsupported", error.message);
  return error.message;
}

const TYPES = [
  undefined,
  "application/octet-stream",
  "application/zip",
  "application/x-zip-compressed",
  "application/x-tar",
  "application/gzip",
  "application/x-gzip",
  "text/plain; charset=utf-8",
  "Text/HTML",
];

Deno.test("a package is what its content says, whatever it is called", async () => {
  const contents = {
    tar: ["", "-z", "-j", "-J", "--zstd"].map((flag) => `tar ${flag} -cf - .`),
    zip: ["zip -qr - ."],
  };
  for (const [kind, commands] of Object.entries(contents)) {
    for (const command of commands) {
      const bytes = await packMade(SCRIPT, command);
      for (const type of TYPES) assertEquals(await kindOf(bytes, type), kind);
    }
  }
});

Deno.test("a plain Dockerfile is taken, whatever it is called", async () => {
  for (const type of TYPES) {
    assertEquals(await kindOf(DOCKERFILE, type), "dockerfile");
  }
});

Deno.test("any text is a Dockerfile where text was announced, or nothing", async () => {
  const text = "RUN forgot the base\n";
  for (const type of [undefined, "text/plain", "application/octet-stream"]) {
    assertEquals(await kindOf(text, type), "dockerfile");
  }
  const message = await refuse(text, "application/zip");
  assert(message.includes('came as "application/zip"'), message);
});

Deno.test("a web page is named as what it is", async () => {
  for (const type of TYPES) {
    const message = await refuse(HTML, type);
    assert(message.includes("web page"), message);
  }
});

Deno.test("what cannot be a package is refused with what can", async () => {
  const elf = new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0]);
  for (const content of [elf, ""]) {
    const message = await refuse(content, "application/octet-stream");
    assert(message.includes("a tar archive"), message);
  }
  const message = await refuse(new Uint8Array(gzipSync(DOCKERFILE)));
  assert(message.includes("holds no tar archive"), message);
});

Deno.test("a package that is refused is let go of", async () => {
  const spool = await spoolOf(new TextEncoder().encode(HTML));
  await assertRejects(() => openPackage(spool), ContextError);
  await assertRejects(() => spool.read(0, 1));
});
