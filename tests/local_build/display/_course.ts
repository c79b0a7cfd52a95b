import { BuildCourse } from "../../../lib/local_build/course.ts";
import type {
  BuildDisplay,
  BuildEvent,
} from "../../../lib/local_build/event.ts";
import type { Phase } from "../../../lib/manager/manager.ts";

/** A course to which all this has happened. */
export function courseOf(...events: readonly BuildEvent[]): BuildCourse {
  const course = new BuildCourse();
  for (const event of events) course.follow(event);
  return course;
}

/** What a layer of a transfer is told to do. */
export function layer(
  phase: Phase,
  id: string,
  status: string,
  progress?: { readonly current: number; readonly total: number },
): BuildEvent {
  return { kind: "status", phase, id, status, ...(progress && { progress }) };
}

/** Everything that a display writes about these events. */
export async function shownBy(
  open: (output: WritableStream<Uint8Array>) => BuildDisplay,
  events: readonly BuildEvent[],
): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  const output = new WritableStream<Uint8Array>({
    write: (bytes) => void (text += decoder.decode(bytes)),
  });
  {
    await using display = open(output);
    for (const event of events) await display.show(event);
  }
  return text;
}
