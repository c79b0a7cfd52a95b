import type { Secret } from "../../secret/secret.ts";
import { removeIfThere } from "./_files.ts";

/** The files that are there, for an end of the process that disposes nothing. */
const present = new Set<string>();

/**
 * A file that holds a secret, for a program that takes it in no other way
 * (mode 0600). Disposing removes it, and so does `Deno.exit`.
 */
export class PrivateFile implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Writes a file that must not be there yet. */
  static async create(path: string, text: Secret): Promise<PrivateFile> {
    // Adding it again changes nothing.
    globalThis.addEventListener("unload", removePresent);
    const options = { createNew: true, mode: 0o600 };
    present.add(path);
    const file = new PrivateFile(path);
    try {
      await Deno.writeTextFile(path, text.reveal(), options);
      return file;
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists) present.delete(path);
      else await file[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeIfThere(this.path);
    present.delete(this.path);
  }
}

function removePresent(): void {
  for (const path of present) {
    try {
      Deno.removeSync(path);
    } catch {
      // It is being made or removed; there is nobody left to tell.
    }
  }
}
