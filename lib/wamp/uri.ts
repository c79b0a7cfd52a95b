/**
 * What no URI holds: white space, `#`, an empty component. Matching what one is
 * made of instead would need a stack as long as the text.
 */
const NO_URI = /[\s#]|^\.|\.\.|\.$|^$/;

/**
 * Whether `text` is a URI by WAMP's loose rule, which routers enforce: some
 * drop the connection of whoever sends anything else.
 *
 * @see {@link https://wamp-proto.org/wamp_latest_ietf.html#name-loose-uris}
 */
export function isUri(text: string): boolean {
  return !NO_URI.test(text);
}

/** The URIs that the protocol itself gives a meaning. */
export const WAMP_URI = {
  /** A GOODBYE that begins the leaving of a realm. */
  closeRealm: "wamp.close.close_realm",
  /** The answer to a GOODBYE. */
  goodbyeAndOut: "wamp.close.goodbye_and_out",
  /** A GOODBYE of a router that goes down. */
  systemShutdown: "wamp.close.system_shutdown",
  canceled: "wamp.error.canceled",
  invalidArgument: "wamp.error.invalid_argument",
  noSuchProcedure: "wamp.error.no_such_procedure",
  noSuchRealm: "wamp.error.no_such_realm",
  noSuchRegistration: "wamp.error.no_such_registration",
  noSuchSubscription: "wamp.error.no_such_subscription",
  procedureAlreadyExists: "wamp.error.procedure_already_exists",
  protocolViolation: "wamp.error.protocol_violation",
  runtimeError: "wamp.error.runtime_error",
} as const;
