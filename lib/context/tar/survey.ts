import { cleanPath } from "../path.ts";
import type { SourceNode } from "../source.ts";
import { SurveyRecorder } from "../survey_recorder.ts";
import type { TarEntry, TarVisitor } from "./entry.ts";
import { FIELD, fieldOf } from "./header.ts";
import { readNumber } from "./number.ts";

/** Looks for some paths of an archive. */
export class TarSurvey implements TarVisitor {
  readonly recorder: SurveyRecorder;
  readonly #maxFileBytes: number;
  #content = new Uint8Array(0);
  #filled = 0;
  #hasHardLinks = false;

  constructor(paths: readonly string[], maxFileBytes: number) {
    this.recorder = new SurveyRecorder(paths);
    this.#maxFileBytes = maxFileBytes;
  }

  /** Whether there is a hard link at all. */
  get hasHardLinks(): boolean {
    return this.#hasHardLinks;
  }

  entry(entry: TarEntry): void {
    this.#expect(0);
    if (entry.type === "g") return;
    if (entry.type === "1") this.#hasHardLinks = true;
    const path = cleanPath(entry.name);
    if (this.recorder.see(path, entry.type === "5")) {
      this.recorder.record(path, this.#nodeOf(entry));
    }
  }

  body(part: Uint8Array<ArrayBuffer>): void {
    const data = part.subarray(0, this.#content.length - this.#filled);
    this.#content.set(data, this.#filled);
    this.#filled += data.length;
  }

  #nodeOf(entry: TarEntry): SourceNode {
    switch (entry.type) {
      case "0":
      case "7":
        return entry.sparse ? { kind: "special" } : this.#fileOf(entry);
      case "1":
        return { kind: "hard_link", target: cleanPath(entry.linkName) };
      case "2":
        return { kind: "symlink", target: entry.linkName };
      case "5":
        return { kind: "directory" };
      default:
        return { kind: "special" };
    }
  }

  #fileOf({ block, size }: TarEntry): SourceNode {
    const mode = readNumber(fieldOf(block, FIELD.mode)) & 0o7777;
    const mtime = readNumber(fieldOf(block, FIELD.mtime));
    const file = { kind: "file", size, mode, mtime } as const;
    return size > this.#maxFileBytes
      ? file
      : { ...file, bytes: this.#expect(size) };
  }

  /** Makes room for the data that comes next. */
  #expect(size: number): Uint8Array<ArrayBuffer> {
    this.#content = new Uint8Array(size);
    this.#filled = 0;
    return this.#content;
  }
}
