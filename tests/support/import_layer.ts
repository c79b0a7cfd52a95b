import type { EngineClient } from "../../lib/engine/client.ts";

/** Makes an image without a parent that takes so many bytes. */
export async function importLayer(
  engine: EngineClient,
  { name, size }: { readonly name: string; readonly size: number },
): Promise<void> {
  const colon = name.lastIndexOf(":");
  const root = await Deno.makeTempDir({ prefix: "test-layer-" });
  await Deno.writeFile(`${root}/file`, new Uint8Array(size));
  const { stdout } = await new Deno.Command("tar", {
    args: ["-cC", root, "file"],
  }).output();
  await Deno.remove(root, { recursive: true });
  const response = await engine.request({
    action: "import an image",
    method: "POST",
    path: "/images/create",
    query: new URLSearchParams({
      fromSrc: "-",
      repo: name.slice(0, colon),
      tag: name.slice(colon + 1),
    }),
    headers: { "Content-Type": "application/x-tar" },
    body: new Blob([stdout]).stream(),
  });
  await response.text();
}
