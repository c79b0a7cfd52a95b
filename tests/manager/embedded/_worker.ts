import type { Dict, Payload } from "../../../lib/wamp/messages.ts";
import type { Peer } from "../../../lib/wamp/peer.ts";
import type { InvocationHandler } from "../../../lib/wamp/registration.ts";
import { Session } from "../../../lib/wamp/session.ts";
import { connectWebSocket } from "../../../lib/wamp/web_socket_peer.ts";

const SUCCESS = { image_id: "sha256:1", digests: ["r.io/a/b@sha256:2"] };

export interface WorkerSettings {
  /** Of a hosted worker; without it the worker asks for one. */
  readonly realm?: string;
  readonly token?: string;
  readonly version?: string;
  /** Serves builds. Default: succeeds at once. */
  readonly onBuild?: (
    worker: TestWorker,
    ...call: Parameters<InvocationHandler>
  ) => ReturnType<InvocationHandler>;
}

/** The least that a worker does, step by step, by the wire protocol alone. */
export class TestWorker implements AsyncDisposable {
  readonly peer: Peer;
  readonly session: Session;
  readonly #settings: WorkerSettings;

  private constructor(peer: Peer, session: Session, settings: WorkerSettings) {
    this.peer = peer;
    this.session = session;
    this.#settings = settings;
  }

  /** Joins the realm and offers to build, without being ready. */
  static async join(
    url: string,
    settings: WorkerSettings = {},
  ): Promise<TestWorker> {
    const peer = await connectWebSocket(url, { closeTimeout: 50 });
    const realm = settings.realm ?? await register(peer);
    const session = await Session.open(peer, { realm });
    const worker = new TestWorker(peer, session, settings);
    const { onBuild = () => ({ kwargs: SUCCESS }) } = settings;
    await session.register(
      "io.quay.builder.build",
      (invocation) => onBuild(worker, invocation),
    );
    return worker;
  }

  /** Joins the realm and says that it is ready. */
  static async start(
    url: string,
    settings: WorkerSettings = {},
  ): Promise<TestWorker> {
    const worker = await TestWorker.join(url, settings);
    await worker.ready();
    return worker;
  }

  get realm(): string {
    return this.session.realm;
  }

  async ready(): Promise<unknown> {
    const { token = "", version = "0.3" } = this.#settings;
    const kwargs = { token, version };
    const { args } = await this.call("io.quay.buildworker.ready", kwargs);
    return args[0];
  }

  heartbeat(): void {
    this.session.publish("io.quay.builder.heartbeat");
  }

  /** Tells about a build; gives the manager's answer. */
  async tell(phase: string, data: unknown): Promise<unknown> {
    const { args } = await this.call(
      "io.quay.builder.logmessagesynchronously",
      {
        phase,
        json_data: JSON.stringify(data),
      },
    );
    return args[0];
  }

  async call(procedure: string, kwargs: Dict = {}): Promise<Payload> {
    return await this.session.call(procedure, { kwargs, timeout: 5_000 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.peer.close();
  }
}

/** Asks for a realm, and leaves. */
export async function register(peer: Peer): Promise<string> {
  await using session = await Session.open(peer, { realm: "registration" });
  const { args } = await session.call("io.quay.buildworker.register");
  return String(args[0]);
}
