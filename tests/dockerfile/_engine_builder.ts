import { parseEngineAddress } from "../../lib/engine/address.ts";
import { EngineClient } from "../../lib/engine/client.ts";
import { EngineHttpError } from "../../lib/engine/errors.ts";

/** How an engine takes a Dockerfile. */
export type BuildOutcome =
  /** It cannot be read, and nothing of it was tried. */
  | { readonly kind: "unreadable"; readonly message: string }
  /** An instruction failed. */
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "built" };

interface Message {
  readonly stream?: string;
  readonly error?: string;
}

/**
 * Builds Dockerfiles on the real engine, without a context: it fetches each one
 * by itself from a server here. Disposing removes the images it made; so that
 * they are its own, what they hold must not be what others build.
 */
export class EngineBuilder implements AsyncDisposable {
  readonly client = new EngineClient(
    parseEngineAddress(
      Deno.env.get("DOCKER_HOST") ?? "unix:///var/run/docker.sock",
    ),
  );
  readonly #dockerfiles = new Map<string, string>();
  readonly #images = new Set<string>();
  readonly #server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => {
      const text = this.#dockerfiles.get(new URL(request.url).pathname);
      return new Response(text, { headers: { "Content-Type": "text/plain" } });
    },
  );

  async build(
    dockerfile: string,
    buildArgs: Readonly<Record<string, string>> = {},
  ): Promise<BuildOutcome> {
    const path = `/${this.#dockerfiles.size}`;
    this.#dockerfiles.set(path, dockerfile);
    const { port } = this.#server.addr;
    const query = new URLSearchParams({
      remote: `http://127.0.0.1:${port}${path}`,
      buildargs: JSON.stringify(buildArgs),
      rm: "1",
      forcerm: "1",
    });
    let messages: Message[];
    try {
      messages = await this.#request(query);
    } catch (error) {
      if (!(error instanceof EngineHttpError)) throw error;
      return { kind: "unreadable", message: error.message };
    }
    for (const { stream = "" } of messages) {
      const image = /^ ---> ([0-9a-f]+)\n$/.exec(stream)?.[1];
      if (image !== undefined) this.#images.add(image);
    }
    const message = messages.find(({ error }) => error !== undefined)?.error;
    if (message === undefined) return { kind: "built" };
    const isTried = messages.some(({ stream }) =>
      stream?.startsWith("Step 1/")
    );
    return { kind: isTried ? "failed" : "unreadable", message };
  }

  /** Remembers an image to be removed in the end. */
  removeLater(image: string): void {
    this.#images.add(image);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // An image cannot go before those that are built upon it.
    for (let left = this.#images.size + 1; this.#images.size < left;) {
      left = this.#images.size;
      for (const image of [...this.#images].reverse()) {
        if (await this.#remove(image)) this.#images.delete(image);
      }
    }
    await this.client[Symbol.asyncDispose]();
    await this.#server.shutdown();
    if (this.#images.size > 0) {
      throw new Error(`Images are left: ${[...this.#images].join(", ")}`);
    }
  }

  async #request(query: URLSearchParams): Promise<Message[]> {
    const response = await this.client.request({
      action: "build",
      method: "POST",
      path: "/build",
      query,
    });
    const text = await response.text();
    return text.trim().split("\r\n").map((line): Message => JSON.parse(line));
  }

  /** Returns whether the image is gone. */
  async #remove(image: string): Promise<boolean> {
    try {
      const response = await this.client.request({
        action: `remove "${image}"`,
        method: "DELETE",
        path: `/images/${image}`,
        query: new URLSearchParams({ force: "1" }),
      });
      await response.body?.cancel();
      return true;
    } catch (error) {
      if (!(error instanceof EngineHttpError)) throw error;
      if (error.status === 404) return true;
      if (error.status === 409) return false;
      throw error;
    }
  }
}
