import { dict } from "../layouts.ts";
import { ProtocolViolation } from "../errors.ts";
import type { Hello } from "../messages.ts";

const CLIENT_ROLES = new Set(["caller", "callee", "publisher", "subscriber"]);

/**
 * Checks what a client announces about itself.
 *
 * @throws {ProtocolViolation} when it is malformed, or announces a feature
 * although `acceptFeatures` is `false`.
 */
export function checkHello(hello: Hello, acceptFeatures: boolean): void {
  const roles = dict(hello.details.roles, "HELLO roles");
  if (Object.keys(roles).length === 0) {
    throw new ProtocolViolation("HELLO announces no role");
  }
  for (const [role, attributes] of Object.entries(roles)) {
    if (!CLIENT_ROLES.has(role)) {
      throw new ProtocolViolation("HELLO announces an unknown role");
    }
    const { features = {} } = dict(attributes, `HELLO role ${role}`);
    const names = Object.keys(dict(features, `HELLO features of ${role}`));
    if (names.length > 0 && !acceptFeatures) {
      throw new ProtocolViolation(`HELLO announces features of ${role}`);
    }
  }
}
