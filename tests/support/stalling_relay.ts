/**
 * A port of loopback that leads to a socket, until everything on it stands
 * still: connections stay, and nothing comes through.
 */
export class StallingRelay implements AsyncDisposable {
  readonly #path: string;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #closed = new AbortController();
  readonly #connections = new Set<Deno.Conn>();
  readonly #accepting: Promise<void>;
  readonly #pumps: Promise<void>[] = [];
  #isStalled = false;

  /** @param path the socket that it leads to */
  constructor(path: string) {
    this.#path = path;
    this.#accepting = this.#accept();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Passes nothing on any more. */
  stall(): void {
    this.#isStalled = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    this.#closed.abort();
    for (const connection of this.#connections) connection.close();
    await this.#accepting;
    await Promise.all(this.#pumps);
  }

  async #accept(): Promise<void> {
    try {
      for await (const near of this.#listener) {
        const far = await Deno.connect({ transport: "unix", path: this.#path });
        this.#connections.add(near).add(far);
        this.#pumps.push(this.#pump(near, far), this.#pump(far, near));
      }
    } catch (error) {
      if (!this.#closed.signal.aborted) throw error;
    }
  }

  async #pump(from: Deno.Conn, to: Deno.Conn): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    try {
      for (;;) {
        const count = await from.read(buffer);
        if (this.#isStalled) await this.#untilClosed();
        if (count === null) break;
        for (let sent = 0; sent < count;) {
          sent += await to.write(buffer.subarray(sent, count));
        }
      }
      await to.closeWrite();
    } catch {
      // One side is gone: the other one will notice.
    }
  }

  #untilClosed(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { signal } = this.#closed;
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
    return promise;
  }
}
