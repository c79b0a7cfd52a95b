import { asBytes, type Mark } from "./_mark.ts";

/** Looks for marks wherever a build could have left them. */
export class MarkSearch {
  readonly #marks: readonly Mark[];
  readonly #places = new Map<Mark, Set<string>>();

  constructor(marks: readonly Mark[]) {
    this.#marks = marks;
  }

  /** The places where a mark was found, sorted. */
  placesOf(mark: Mark): string[] {
    return [...this.#places.get(mark) ?? []].sort();
  }

  /** Looks into a text or bytes. */
  lookInto(place: string, content: string | Uint8Array): void {
    const text = asBytes(content);
    for (const mark of this.#marks) {
      if (mark.isIn(text)) this.#note(mark, place);
    }
  }

  /**
   * Looks into every file of a directory that is younger than `since`, in
   * milliseconds since the epoch.
   */
  async lookOnDisk(
    place: string,
    directory: string,
    since: number,
  ): Promise<void> {
    const files = await findNewFiles(directory, since);
    for (const mark of this.#marks) {
      if (await anyHolds(files, mark)) this.#note(mark, place);
    }
  }

  #note(mark: Mark, place: string): void {
    const places = this.#places.get(mark) ?? new Set();
    this.#places.set(mark, places.add(place));
  }
}

/** By the time of the last change, which nobody can set, unlike the file's. */
async function findNewFiles(
  directory: string,
  since: number,
): Promise<string[]> {
  const { stdout } = await new Deno.Command("find", {
    args: [
      ...[directory, "-xdev", "-type", "f"],
      ...["-newerct", `@${since / 1000}`, "-print0"],
    ],
    stderr: "null",
  }).output();
  return new TextDecoder().decode(stdout).split("\0").filter((path) => path);
}

async function anyHolds(
  files: readonly string[],
  mark: Mark,
): Promise<boolean> {
  const grep = new Deno.Command("xargs", {
    args: [
      ...["-0", "-r", "grep", "-lsF"],
      ...mark.forms.flatMap((form) => ["-e", form]),
    ],
    env: { LC_ALL: "C" },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const names = new Blob(files.map((file) => `${file}\0`));
  await names.stream().pipeTo(grep.stdin);
  const { stdout } = await grep.output();
  return stdout.length > 0;
}
