import { SOCKET } from "./worker_process.ts";
import { TemporaryDirectory } from "./temporary_directory.ts";

/**
 * The engine of the tests where every worker may use it, and with a disk that a
 * worker knows the size of. Its socket may be anywhere; a link in `/tmp` leads
 * to it.
 */
export class PermittedEngine implements AsyncDisposable {
  readonly #directory: TemporaryDirectory;

  private constructor(directory: TemporaryDirectory) {
    this.#directory = directory;
  }

  static async link(): Promise<PermittedEngine> {
    const directory = await TemporaryDirectory.create();
    await Deno.symlink(SOCKET, `${directory.path}/engine.sock`);
    return new PermittedEngine(directory);
  }

  /** What has a worker use it. */
  get env(): Record<string, string> {
    return {
      DOCKER_HOST: `unix://${this.#directory.path}/engine.sock`,
      DISK_SIZE: "900000GiB",
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#directory[Symbol.asyncDispose]();
  }
}
