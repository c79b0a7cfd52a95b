import { LAYOUTS } from "./layouts.ts";
import type { Link } from "./_link.ts";
import { Requests } from "./_requests.ts";
import { ProtocolViolation, WampError } from "./errors.ts";
import {
  type ErrorMessage,
  type Interrupt,
  type InvocationMessage,
  type Registered,
  type Unregistered,
} from "./messages.ts";
import type { InvocationHandler, Registration } from "./registration.ts";
import { DEFAULT_TIMEOUT, type RequestOptions } from "./session_options.ts";
import { isUri, WAMP_URI } from "./uri.ts";

/** The side of a session that serves procedures. */
export class Callee {
  readonly registers: Requests<Registered>;
  readonly unregisters: Requests<Unregistered>;
  readonly #link: Link;
  readonly #onError: (error: unknown) => void;
  /** By registration; `undefined` for one that is not served any more. */
  readonly #handlers = new Map<number, InvocationHandler | undefined>();
  readonly #running = new Map<number, AbortController>();

  constructor(link: Link, onError: (error: unknown) => void) {
    this.#link = link;
    this.#onError = onError;
    this.registers = new Requests(link);
    this.unregisters = new Requests(link);
  }

  register(
    procedure: string,
    handler: InvocationHandler,
    { timeout = DEFAULT_TIMEOUT, signal }: RequestOptions,
  ): Promise<Registration> {
    return this.registers.request({
      name: `REGISTER "${procedure}"`,
      timeout,
      signal,
      make: (request) => ({
        kind: "register",
        request,
        options: {},
        procedure,
      }),
      accept: ({ registration }) => {
        this.#handlers.set(registration, handler);
        return {
          procedure,
          unregister: (options = {}) =>
            this.#unregister(procedure, registration, options),
        };
      },
    });
  }

  #unregister(
    procedure: string,
    registration: number,
    { timeout = DEFAULT_TIMEOUT, signal }: RequestOptions,
  ): Promise<void> {
    return this.unregisters.request({
      name: `UNREGISTER "${procedure}"`,
      timeout,
      signal,
      make: (request) => ({ kind: "unregister", request, registration }),
      accept: () => this.#retire(registration),
    });
  }

  onRegistered(message: Registered): void {
    const isWanted = this.registers.answer(message.request, message);
    if (!isWanted) this.#retire(message.registration);
  }

  /** Calls that crossed the end of a registration get an error each. */
  #retire(registration: number): void {
    this.#handlers.set(registration, undefined);
  }

  onInvocation(message: InvocationMessage): void {
    const { request, registration } = message;
    if (!this.#handlers.has(registration)) {
      throw new ProtocolViolation(
        `INVOCATION of registration ${registration}, never made`,
      );
    }
    if (this.#running.has(request)) {
      throw new ProtocolViolation(`INVOCATION ${request} is running already`);
    }
    const handler = this.#handlers.get(registration);
    if (handler === undefined) {
      this.#sendError(request, new WampError(WAMP_URI.noSuchProcedure));
    } else {
      void this.#invoke(handler, message);
    }
  }

  async #invoke(
    handler: InvocationHandler,
    { request, args, kwargs, details }: InvocationMessage,
  ): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#running.set(request, controller);
    try {
      const result = await handler({ args, kwargs, details, signal }) ?? {};
      if (!this.#link.isOpen) return;
      this.#link.send({
        kind: "yield",
        request,
        options: {},
        args: result.args ?? [],
        kwargs: result.kwargs ?? {},
      });
    } catch (error) {
      if (!this.#link.isOpen) return;
      this.#fail(request, error);
    } finally {
      this.#running.delete(request);
    }
  }

  #fail(request: number, error: unknown): void {
    if (error instanceof WampError && isUri(error.uri)) {
      try {
        return this.#sendError(request, error);
      } catch (unsendable) {
        this.#onError(unsendable);
      }
    } else {
      this.#onError(error);
    }
    this.#sendError(request, new WampError(WAMP_URI.runtimeError));
  }

  #sendError(request: number, { uri, args, kwargs }: WampError): void {
    // Calls go on coming until the router has read the GOODBYE.
    if (!this.#link.isOpen) return;
    const message: ErrorMessage = {
      kind: "error",
      requestType: LAYOUTS.invocation.code,
      request,
      details: {},
      uri,
      args,
      kwargs,
    };
    this.#link.send(message);
  }

  /** An INTERRUPT may cross the answer: then there is nothing left to do. */
  onInterrupt({ request }: Interrupt): void {
    this.#running.get(request)?.abort(
      new WampError(WAMP_URI.canceled, { message: "The caller canceled" }),
    );
  }

  end(error: Error): void {
    this.registers.failAll(error);
    this.unregisters.failAll(error);
    for (const controller of this.#running.values()) controller.abort(error);
  }
}
