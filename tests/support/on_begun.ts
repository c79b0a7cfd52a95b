import type { ManagerEvent } from "../../lib/manager/embedded/events.ts";

/** Watches a manager for builds of which the output says `begun`. */
export function onBegun(
  act: (realm: string) => void,
): (event: ManagerEvent) => void {
  return (event) => {
    if (event.kind !== "log") return;
    const { realm, record } = event;
    if (record.entry.stream?.includes("begun\n")) act(realm);
  };
}
