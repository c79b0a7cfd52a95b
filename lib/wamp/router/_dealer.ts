import { LAYOUTS } from "../layouts.ts";
import { ProtocolViolation } from "../errors.ts";
import type {
  Call,
  Cancel,
  ErrorMessage,
  Register,
  Unregister,
  Yield,
} from "../messages.ts";
import { WAMP_URI } from "../uri.ts";
import { refusal } from "./_refusal.ts";
import { freeId } from "./_ids.ts";
import type { Member } from "./_member.ts";

interface Registration {
  readonly id: number;
  readonly procedure: string;
  readonly callee: Member;
}

interface PendingCall {
  readonly caller: Member;
  /** The caller's ID of the call. */
  readonly request: number;
  readonly callee: Member;
}

/** Routes the calls of one realm. */
export class Dealer {
  readonly #makeId: () => number;
  readonly #procedures = new Map<string, Registration>();
  readonly #registrations = new Map<number, Registration>();
  /** By the ID of the invocation. */
  readonly #pending = new Map<number, PendingCall>();

  constructor(makeId: () => number) {
    this.#makeId = makeId;
  }

  register(callee: Member, { request, procedure }: Register): void {
    if (this.#procedures.has(procedure)) {
      const text = `"${procedure}" is registered already`;
      const uri = WAMP_URI.procedureAlreadyExists;
      callee.send(refusal(LAYOUTS.register.code, request, uri, text));
      return;
    }
    const id = freeId(this.#makeId, this.#registrations);
    const registration = { id, procedure, callee };
    this.#procedures.set(procedure, registration);
    this.#registrations.set(id, registration);
    callee.send({ kind: "registered", request, registration: id });
  }

  unregister(callee: Member, { request, registration }: Unregister): void {
    if (this.#registrations.get(registration)?.callee === callee) {
      // A defect of autobahn 0.9.3 that clients have to live with.
      throw new ProtocolViolation("UNREGISTER of a live registration");
    }
    const text = `There is no registration ${registration}`;
    const uri = WAMP_URI.noSuchRegistration;
    callee.send(refusal(LAYOUTS.unregister.code, request, uri, text));
  }

  call(caller: Member, { request, procedure, args, kwargs }: Call): void {
    const registration = this.#procedures.get(procedure);
    if (registration === undefined) {
      const text = `Nobody has registered "${procedure}"`;
      const uri = WAMP_URI.noSuchProcedure;
      caller.send(refusal(LAYOUTS.call.code, request, uri, text));
      return;
    }
    const invocation = freeId(this.#makeId, this.#pending);
    const { id, callee } = registration;
    this.#pending.set(invocation, { caller, request, callee });
    callee.send({
      kind: "invocation",
      request: invocation,
      registration: id,
      details: {},
      args,
      kwargs,
    });
  }

  cancel(caller: Member, { request }: Cancel): void {
    if (!caller.mayCancel) {
      throw new ProtocolViolation("CANCEL: the feature was never announced");
    }
    for (const [invocation, pending] of this.#pending) {
      if (pending.caller === caller && pending.request === request) {
        const options = { mode: "kill" };
        pending.callee.send({
          kind: "interrupt",
          request: invocation,
          options,
        });
      }
    }
  }

  yield(callee: Member, { request, args, kwargs }: Yield): void {
    const { caller, request: call } = this.#take(callee, request);
    caller.send({ kind: "result", request: call, details: {}, args, kwargs });
  }

  error(callee: Member, message: ErrorMessage): void {
    if (message.requestType !== LAYOUTS.invocation.code) {
      throw new ProtocolViolation("ERROR of something else than INVOCATION");
    }
    const { caller, request } = this.#take(callee, message.request);
    caller.send({ ...message, requestType: LAYOUTS.call.code, request });
  }

  #take(callee: Member, invocation: number): PendingCall {
    const pending = this.#pending.get(invocation);
    if (pending?.callee !== callee) {
      throw new ProtocolViolation(
        `Answer to INVOCATION ${invocation}, never sent`,
      );
    }
    this.#pending.delete(invocation);
    return pending;
  }

  /** Forgets a member. Whoever waits for it goes on waiting, for ever. */
  leave(member: Member): void {
    for (const { id, procedure, callee } of this.#registrations.values()) {
      if (callee !== member) continue;
      this.#registrations.delete(id);
      this.#procedures.delete(procedure);
    }
    for (const [invocation, { callee }] of this.#pending) {
      if (callee === member) this.#pending.delete(invocation);
    }
  }
}
