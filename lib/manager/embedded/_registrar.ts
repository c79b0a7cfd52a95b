import type { Router } from "../../wamp/router/router.ts";
import { REGISTER, REGISTRATION_REALM } from "../wamp/uris.ts";
import { toResult } from "./_answer.ts";
import { type Component, joinRealm } from "./_component.ts";
import type { Answers } from "./answers.ts";

/** What {@linkcode openRegistrar} needs to know. */
export interface RegistrarOptions {
  readonly register: Answers["register"];
  /** Makes a realm for a worker that asks for one. */
  readonly onRegister: (realm: string) => Promise<void>;
  readonly onViolation: (message: string) => void;
}

/** Opens the realm in which workers ask for one of their own. */
export async function openRegistrar(
  router: Router,
  { register, onRegister, onViolation }: RegistrarOptions,
): Promise<Component> {
  const component = await joinRealm(
    router,
    REGISTRATION_REALM,
    (error) => onViolation(`The manager's own code failed: ${error}`),
  );
  await component.session.register(REGISTER, async ({ signal }) => {
    const realm = crypto.randomUUID();
    await onRegister(realm);
    return toResult(await register?.({ realm }) ?? realm, signal);
  });
  return component;
}
