import type { RouterOptions } from "../../wamp/router/router.ts";
import type { ListenWebSocketOptions } from "../../wamp/router/web_socket_listener.ts";
import type { Answers } from "./answers.ts";
import type { ManagerEvent } from "./events.ts";

/** Options of {@linkcode EmbeddedManager.listen}. */
export interface EmbeddedManagerOptions extends ListenWebSocketOptions {
  /** How the router behaves where routers differ. */
  readonly router?: Pick<
    RouterOptions,
    "afterGoodbye" | "unknownRealm" | "acceptFeatures"
  >;
  /** How the manager answers where it is to be difficult. */
  readonly answers?: Answers;
  /** How long each answer to a log entry takes, in milliseconds. Default 0. */
  readonly logDelay?: number;
  /**
   * How long a worker may be without a heartbeat before it is given up, in
   * milliseconds. Default 60,000, as Quay has it.
   */
  readonly heartbeatTimeout?: number;
  /** Told of everything as it happens. */
  readonly onEvent?: (event: ManagerEvent) => void;
}
