import fc from "fast-check";
import { run } from "./_support.ts";

/** A file, directory or link of a tree that a test makes. */
export interface TreeNode {
  readonly kind: "file" | "directory" | "symlink" | "hard_link" | "fifo";
  readonly path: string;
  /** Content of a file, target of a link. */
  readonly text: string;
  /** Permission bits. */
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
}

/** Options of {@linkcode trees}. */
export interface TreeOptions {
  /** Whether names and links must fit where little has room. */
  readonly short: boolean;
  readonly fifos: boolean;
}

/** Trees of up to twenty nodes, at most four levels deep. */
export function trees(options: TreeOptions): fc.Arbitrary<TreeNode[]> {
  const characters = fc.constantFrom(..."ab.-_ ~üß*'\\\n日");
  const common = fc.string({ unit: characters, minLength: 1, maxLength: 4 });
  const long = fc.integer({ min: 1, max: options.short ? 8 : 130 })
    .map((n) => "n".repeat(n));
  const node = fc.record({
    kind: fc.constantFrom<TreeNode["kind"]>(
      "file",
      "file",
      "directory",
      "directory",
      "symlink",
      "hard_link",
      options.fifos ? "fifo" : "file",
    ),
    name: fc.oneof(common, common, long)
      .filter((name) => name !== "." && name !== ".."),
    text: fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.integer({ min: 90, max: options.short ? 95 : 3000 })
        .map((n) => "t".repeat(n)),
    ),
    pick: fc.nat(),
    mode: fc.constantFrom(0o644, 0o755, 0o600, 0o4755, 0o2755, 0o1777),
    mtime: fc.integer({ min: 0, max: 2_000_000_000 }),
  });
  return fc.array(node, { maxLength: 20 }).map((specs) => {
    const nodes = new Map<string, TreeNode>();
    for (const { name, pick, ...rest } of specs) {
      const node = place({ ...rest, name, pick }, [...nodes.values()]);
      if (!nodes.has(node.path)) nodes.set(node.path, node);
    }
    return [...nodes.values()];
  });
}

interface NodeSpec extends Omit<TreeNode, "path"> {
  readonly name: string;
  readonly pick: number;
}

function place(
  { name, pick, ...node }: NodeSpec,
  earlier: readonly TreeNode[],
): TreeNode {
  const directories = ["", ...pathsOf(earlier, "directory")]
    .filter((path) => path.split("/").length < 4);
  const parent = directories[pick % directories.length] ?? "";
  const path = parent === "" ? name : `${parent}/${name}`;
  const files = pathsOf(earlier, "file");
  if (node.kind === "symlink") {
    return { ...node, path, text: node.text.slice(0, 300) || "x" };
  }
  if (node.kind !== "hard_link") return { ...node, path };
  const target = files[pick % files.length];
  return target === undefined
    ? { ...node, path, kind: "file" }
    : { ...node, path, text: target };
}

function pathsOf(
  nodes: readonly TreeNode[],
  kind: TreeNode["kind"],
): string[] {
  return nodes.filter((node) => node.kind === kind).map(({ path }) => path);
}

/** Makes a tree in an empty directory. */
export async function growTree(
  directory: string,
  nodes: readonly TreeNode[],
): Promise<void> {
  const at = (path: string) => `${directory}/${path}`;
  const fifos = pathsOf(nodes, "fifo").map(at);
  for (const { kind, path, text } of nodes) {
    switch (kind) {
      case "file":
        await Deno.writeTextFile(at(path), text);
        break;
      case "directory":
        await Deno.mkdir(at(path));
        break;
      case "symlink":
        await Deno.symlink(text, at(path));
        break;
      case "hard_link":
        await Deno.link(at(text), at(path));
        break;
      case "fifo":
        break;
    }
  }
  if (fifos.length > 0) await run(["mkfifo", "--", ...fifos]);
  for (const { kind, path, mode, mtime } of nodes.toReversed()) {
    if (kind === "symlink") continue;
    await Deno.chmod(at(path), mode);
    await Deno.utime(at(path), mtime, mtime);
  }
}
