import type { Certificate } from "../support/certificates.ts";

/** Where a {@linkcode Relay} passes connections on to. */
export type RelayTarget =
  | { readonly kind: "tcp"; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** Options of {@linkcode Relay}. */
export interface RelayOptions {
  readonly target: RelayTarget;
  /** With it the relay speaks TLS, and plain text to its target. */
  readonly certificate?: Pick<Certificate, "cert" | "key">;
}

/** A {@linkcode Relay} that speaks TLS for a server of loopback. */
export interface TlsRelay extends AsyncDisposable {
  /** The server's address through it, by the name `localhost`. */
  readonly url: string;
}

/** Offers over TLS what is at an `http:` or `ws:` address of loopback. */
export function offerOverTls(
  address: string,
  certificate: Pick<Certificate, "cert" | "key">,
): TlsRelay {
  const { protocol, port, pathname, search } = new URL(address);
  const target = { kind: "tcp", port: Number(port) } as const;
  const relay = new Relay({ target, certificate });
  const scheme = protocol === "ws:" ? "wss" : "https";
  return {
    url: `${scheme}://localhost:${relay.port}${pathname}${search}`,
    [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose](),
  };
}

/** Passes connections to a port of loopback on, in both directions. */
export class Relay implements AsyncDisposable {
  readonly #target: RelayTarget;
  readonly #listener: Deno.TcpListener | Deno.TlsListener;
  readonly #stop = new AbortController();
  readonly #accepting: Promise<void>;
  readonly #pumps = new Set<Promise<void>>();

  constructor({ target, certificate }: RelayOptions) {
    const address = { hostname: "127.0.0.1", port: 0 };
    this.#target = target;
    this.#listener = certificate === undefined
      ? Deno.listen(address)
      : Deno.listenTls({
        ...address,
        cert: certificate.cert,
        key: certificate.key,
      });
    this.#accepting = this.#accept();
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Cuts every connection; doing it again does nothing. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort();
    this.#listener.close();
    await this.#accepting;
    await Promise.all(this.#pumps);
  }

  async #accept(): Promise<void> {
    while (true) {
      let near: Deno.Conn;
      try {
        near = await this.#listener.accept();
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        if (error instanceof Deno.errors.InvalidData) continue;
        throw error;
      }
      const far = await this.#connect();
      this.#pump(near, far);
      this.#pump(far, near);
    }
  }

  async #connect(): Promise<Deno.Conn> {
    return this.#target.kind === "tcp"
      ? await Deno.connect({ hostname: "127.0.0.1", port: this.#target.port })
      : await Deno.connect({ transport: "unix", path: this.#target.path });
  }

  #pump(from: Deno.Conn, to: Deno.Conn): void {
    // One side that is gone is seen by the other.
    const pump = from.readable
      .pipeTo(to.writable, { signal: this.#stop.signal })
      .catch(() => {});
    this.#pumps.add(pump);
  }
}
