import type { Secret } from "../../secret/secret.ts";
import { removeIfThere } from "./_files.ts";

/**
 * A file that holds a secret, for a program that takes it in no other way
 * (mode 0600). Disposing removes it.
 */
export class PrivateFile implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Writes a file that must not be there yet. */
  static async create(path: string, text: Secret): Promise<PrivateFile> {
    const options = { createNew: true, mode: 0o600 };
    await Deno.writeTextFile(path, text.reveal(), options);
    return new PrivateFile(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeIfThere(this.path);
  }
}
