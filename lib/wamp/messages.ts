/**
 * The messages of WAMP v2 (basic profile, and the parts of call canceling that
 * a build needs) as plain data. The wire layout stands above each type; every
 * message that carries a payload ends in `…P`, which is
 * `[, args list [, kwargs dict]]`.
 *
 * @see {@link https://wamp-proto.org/wamp_latest_ietf.html#name-message-overview}
 */

/** An options, details or `kwargs` dictionary. */
export type Dict = Readonly<Record<string, unknown>>;

/** What applications send each other; empty where nothing was sent. */
export interface Payload {
  readonly args: readonly unknown[];
  readonly kwargs: Dict;
}

/** `[1, realm, details]` */
export interface Hello {
  readonly kind: "hello";
  readonly realm: string;
  readonly details: Dict;
}

/** `[2, session, details]` */
export interface Welcome {
  readonly kind: "welcome";
  readonly session: number;
  readonly details: Dict;
}

/** `[3, details, reason …P]`, never answered */
export interface Abort extends Payload {
  readonly kind: "abort";
  readonly details: Dict;
  readonly reason: string;
}

/** `[4, method, extra]` */
export interface Challenge {
  readonly kind: "challenge";
  readonly method: string;
  readonly extra: Dict;
}

/** `[5, signature, extra]` */
export interface Authenticate {
  readonly kind: "authenticate";
  readonly signature: string;
  readonly extra: Dict;
}

/** `[6, details, reason]`, echoed by whoever receives the first one */
export interface Goodbye {
  readonly kind: "goodbye";
  readonly details: Dict;
  readonly reason: string;
}

/** `[8, requestType, requestId, details, uri …P]` */
export interface ErrorMessage extends Payload {
  readonly kind: "error";
  readonly requestType: number;
  readonly request: number;
  readonly details: Dict;
  readonly uri: string;
}

/** `[16, request, options, topic …P]` */
export interface Publish extends Payload {
  readonly kind: "publish";
  readonly request: number;
  readonly options: Dict;
  readonly topic: string;
}

/** `[17, request, publication]`, only where `acknowledge: true` was asked */
export interface Published {
  readonly kind: "published";
  readonly request: number;
  readonly publication: number;
}

/** `[32, request, options, topic]` */
export interface Subscribe {
  readonly kind: "subscribe";
  readonly request: number;
  readonly options: Dict;
  readonly topic: string;
}

/** `[33, request, subscription]` */
export interface Subscribed {
  readonly kind: "subscribed";
  readonly request: number;
  readonly subscription: number;
}

/** `[34, request, subscription]` */
export interface Unsubscribe {
  readonly kind: "unsubscribe";
  readonly request: number;
  readonly subscription: number;
}

/** `[35, request]` */
export interface Unsubscribed {
  readonly kind: "unsubscribed";
  readonly request: number;
}

/** `[36, subscription, publication, details …P]` */
export interface EventMessage extends Payload {
  readonly kind: "event";
  readonly subscription: number;
  readonly publication: number;
  readonly details: Dict;
}

/** `[48, request, options, procedure …P]` */
export interface Call extends Payload {
  readonly kind: "call";
  readonly request: number;
  readonly options: Dict;
  readonly procedure: string;
}

/** `[49, callRequest, options]`, advanced profile */
export interface Cancel {
  readonly kind: "cancel";
  readonly request: number;
  readonly options: Dict;
}

/** `[50, request, details …P]` */
export interface Result extends Payload {
  readonly kind: "result";
  readonly request: number;
  readonly details: Dict;
}

/** `[64, request, options, procedure]` */
export interface Register {
  readonly kind: "register";
  readonly request: number;
  readonly options: Dict;
  readonly procedure: string;
}

/** `[65, request, registration]` */
export interface Registered {
  readonly kind: "registered";
  readonly request: number;
  readonly registration: number;
}

/** `[66, request, registration]` */
export interface Unregister {
  readonly kind: "unregister";
  readonly request: number;
  readonly registration: number;
}

/** `[67, request]` */
export interface Unregistered {
  readonly kind: "unregistered";
  readonly request: number;
}

/** `[68, request, registration, details …P]` */
export interface InvocationMessage extends Payload {
  readonly kind: "invocation";
  readonly request: number;
  readonly registration: number;
  readonly details: Dict;
}

/** `[69, invocationRequest, options]`, advanced profile */
export interface Interrupt {
  readonly kind: "interrupt";
  readonly request: number;
  readonly options: Dict;
}

/** `[70, invocationRequest, options …P]` */
export interface Yield extends Payload {
  readonly kind: "yield";
  readonly request: number;
  readonly options: Dict;
}

/** Any message. */
export type Message =
  | Hello
  | Welcome
  | Abort
  | Challenge
  | Authenticate
  | Goodbye
  | ErrorMessage
  | Publish
  | Published
  | Subscribe
  | Subscribed
  | Unsubscribe
  | Unsubscribed
  | EventMessage
  | Call
  | Cancel
  | Result
  | Register
  | Registered
  | Unregister
  | Unregistered
  | InvocationMessage
  | Interrupt
  | Yield;
