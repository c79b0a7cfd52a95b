import { MAX_ID } from "../id.ts";

/** Makes IDs as a router does: at random, 0 included. */
export function randomId(): number {
  return Math.floor(Math.random() * (MAX_ID + 1));
}

/** Makes an ID that is not among the keys of `taken`. */
export function freeId(
  makeId: () => number,
  taken: ReadonlyMap<number, unknown>,
): number {
  let id = makeId();
  while (taken.has(id)) id = makeId();
  return id;
}
