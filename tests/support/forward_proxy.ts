/** Options of {@linkcode ForwardProxy}. */
export interface ForwardProxyOptions {
  /** Who may use it. Default: anyone. */
  readonly login?: { readonly username: string; readonly password: string };
}

/**
 * An HTTP proxy on loopback: tunnels what is asked for by CONNECT, forwards
 * the rest, and notes all of it. Names that end in `.invalid`, which it alone
 * knows, lead to loopback.
 */
export class ForwardProxy implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #options: ForwardProxyOptions;
  readonly #connections = new Set<Deno.Conn>();
  readonly #serving = new Set<Promise<void>>();
  readonly #accepting: Promise<void>;
  readonly #requests: string[] = [];
  #refused = 0;

  constructor(options: ForwardProxyOptions = {}) {
    this.#options = options;
    this.#accepting = this.#accept();
  }

  /** Its URL, with the login where there is one. */
  get url(): string {
    const { login } = this.#options;
    const userinfo = login ? `${login.username}:${login.password}@` : "";
    return `http://${userinfo}127.0.0.1:${this.#listener.addr.port}`;
  }

  /** What passed, as `CONNECT host:port` or `GET http://host/path`. */
  get requests(): readonly string[] {
    return this.#requests;
  }

  /** How many requests had no login or a wrong one. */
  get refused(): number {
    return this.#refused;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    await this.#accepting;
    for (const connection of this.#connections) {
      try {
        connection.close();
      } catch {
        // Closed already.
      }
    }
    await Promise.all(this.#serving);
  }

  async #accept(): Promise<void> {
    for await (const near of this.#listener) {
      this.#connections.add(near);
      // A side that is gone is seen by the other.
      this.#serving.add(this.#serve(near).catch(() => {}));
    }
  }

  async #serve(near: Deno.Conn): Promise<void> {
    const { head, rest } = await readHead(near);
    const [method = "", target = ""] = head.split(" ");
    if (!this.#isAllowed(head)) {
      this.#refused++;
      const answer = "HTTP/1.1 407 Who are you?\r\n" +
        'proxy-authenticate: Basic realm="proxy"\r\n' +
        "content-length: 0\r\nconnection: close\r\n\r\n";
      await writeAll(near, new TextEncoder().encode(answer));
      return near.close();
    }
    this.#requests.push(`${method} ${target}`);
    const isTunnel = method === "CONNECT";
    const url = new URL(isTunnel ? `http://${target}` : target);
    const far = await Deno.connect({
      hostname: url.hostname.endsWith(".invalid") ? "127.0.0.1" : url.hostname,
      port: Number(url.port || 80),
    }).catch(() => undefined);
    if (far === undefined) {
      const answer = "HTTP/1.1 502 Nobody there\r\n" +
        "content-length: 0\r\nconnection: close\r\n\r\n";
      await writeAll(near, new TextEncoder().encode(answer));
      return near.close();
    }
    this.#connections.add(far);
    const greeting = isTunnel ? near : far;
    const text = isTunnel ? "HTTP/1.1 200 OK\r\n\r\n" : onOneConnection(head);
    await writeAll(greeting, new TextEncoder().encode(text));
    await writeAll(far, rest);
    await Promise.all([
      near.readable.pipeTo(far.writable).catch(() => {}),
      far.readable.pipeTo(near.writable).catch(() => {}),
    ]);
  }

  #isAllowed(head: string): boolean {
    const { login } = this.#options;
    if (login === undefined) return true;
    const expected = btoa(`${login.username}:${login.password}`);
    return head.includes(`: Basic ${expected}\r\n`);
  }
}

/** The head without the login, and with the wish to end the connection. */
function onOneConnection(head: string): string {
  const own = head.replace(/^proxy-(authorization|connection):.*\r\n/gim, "");
  return /^upgrade:/im.test(own)
    ? own
    : own.replace(/^connection:.*\r\n/gim, "")
      .replace(/\r\n\r\n$/, "\r\nconnection: close\r\n\r\n");
}

async function readHead(
  connection: Deno.Conn,
): Promise<{ head: string; rest: Uint8Array }> {
  let bytes = new Uint8Array();
  const chunk = new Uint8Array(64 * 1024);
  for (;;) {
    const text = new TextDecoder("latin1").decode(bytes);
    const end = text.indexOf("\r\n\r\n") + 4;
    if (end >= 4) return { head: text.slice(0, end), rest: bytes.slice(end) };
    const length = await connection.read(chunk);
    if (length === null) throw new Error("the connection ended early");
    bytes = new Uint8Array([...bytes, ...chunk.subarray(0, length)]);
  }
}

async function writeAll(
  connection: Deno.Conn,
  bytes: Uint8Array,
): Promise<void> {
  for (let from = 0; from < bytes.length;) {
    from += await connection.write(bytes.subarray(from));
  }
}
