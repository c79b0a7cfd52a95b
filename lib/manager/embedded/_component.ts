import { linkedPeers } from "../../wamp/linked_peers.ts";
import type { Router } from "../../wamp/router/router.ts";
import { Session } from "../../wamp/session.ts";

/** A part of the manager that lives in one realm of its own router. */
export interface Component {
  readonly session: Session;
  /** Leaves the realm. */
  close(): Promise<void>;
}

/** Joins a realm, which is created, from within the process. */
export async function joinRealm(
  router: Router,
  realm: string,
  onError: (error: unknown) => void,
): Promise<Component> {
  const [inside, outside] = linkedPeers();
  router.createRealm(realm);
  router.attach(outside, { mayCancel: true });
  const session = await Session.open(inside, { realm, onError });
  return {
    session,
    async close() {
      await session.leave();
      await inside.close();
    },
  };
}
