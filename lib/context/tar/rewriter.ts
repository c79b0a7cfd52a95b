import { ContextError } from "../error.ts";
import { cleanPath, quoteName } from "../path.ts";
import type { Placement } from "../placement.ts";
import type { ChunkWriter } from "./chunk_writer.ts";
import type { TarEntry, TarVisitor } from "./entry.ts";
import { LinkAliases } from "./hard_links.ts";
import { renameEntry } from "./rename.ts";

/** A link that takes over the content of a target that is not sent. */
interface StandIn {
  readonly place: string;
  /** Whether the content was sent. */
  sent: boolean;
  /** Whether the link itself has come, behind which it is an ordinary entry. */
  passed: boolean;
}

/**
 * Writes the part of an archive that a context is made of. What an entry's
 * headers hold stays as it is, byte for byte, but for the names that change.
 */
export class TarRewriter implements TarVisitor {
  readonly #placement: Placement;
  readonly #output: ChunkWriter;
  readonly #aliases = new LinkAliases();
  readonly #standIns = new Map<string, StandIn>();
  readonly #standInPlaces = new Map<string, StandIn>();
  #sending = false;

  /** `standIns` is what a `LinkFinder` found with the same placement. */
  constructor(
    placement: Placement,
    output: ChunkWriter,
    standIns: ReadonlyMap<string, string>,
  ) {
    this.#placement = placement;
    this.#output = output;
    for (const [target, place] of standIns) {
      const standIn = { place, sent: false, passed: false };
      this.#standIns.set(target, standIn);
      this.#standInPlaces.set(place, standIn);
    }
  }

  entry(entry: TarEntry): void {
    const headers = this.#headers(entry);
    this.#sending = headers !== undefined;
    for (const block of headers ?? []) this.#output.write(block);
  }

  body(part: Uint8Array<ArrayBuffer>): void {
    if (this.#sending) this.#output.write(part);
  }

  /** Fills the padding that the archive's last entry lacks. */
  finish(missingPadding: number): void {
    if (this.#sending) this.#output.writeZeros(missingPadding);
  }

  /** The headers to send for an entry; none if it is left out. */
  #headers(entry: TarEntry): readonly Uint8Array<ArrayBuffer>[] | undefined {
    // A global PAX header belongs to no entry; the engine passes over it.
    if (entry.type === "g") return unchanged(entry);
    const path = cleanPath(entry.name);
    const place = this.#placement.place(path);
    if (entry.type === "1") return this.#link(entry, path, place);
    this.#aliases.delete(path);
    return place === undefined
      ? this.#unplaced(entry, path)
      : this.#placed(entry, path, place);
  }

  #placed(
    entry: TarEntry,
    path: string,
    place: string,
  ): readonly Uint8Array<ArrayBuffer>[] | undefined {
    const standIn = this.#standInPlaces.get(place);
    // A later link of this name replaces the entry, and its content is sent
    // already, or will be before the link comes.
    if (standIn !== undefined && !standIn.passed) return undefined;
    return place === path
      ? unchanged(entry)
      : renameEntry(entry, { name: withSlash(place, entry) });
  }

  #unplaced(
    entry: TarEntry,
    path: string,
  ): readonly Uint8Array<ArrayBuffer>[] | undefined {
    const standIn = this.#standIns.get(path);
    if (standIn === undefined || standIn.passed) return undefined;
    standIn.sent = true;
    return renameEntry(entry, { name: standIn.place });
  }

  #link(
    entry: TarEntry,
    path: string,
    place: string | undefined,
  ): readonly Uint8Array<ArrayBuffer>[] | undefined {
    const written = cleanPath(entry.linkName);
    const target = this.#aliases.follow(written);
    if (place === undefined) {
      this.#aliases.add(path, target);
      return undefined;
    }
    const targetPlace = this.#placement.place(target) ??
      this.#standInFor(target, path, place);
    if (targetPlace === undefined) return undefined;
    if (place === path && targetPlace === written) return unchanged(entry);
    return renameEntry(entry, { name: place, linkName: targetPlace });
  }

  /** Where a link leads whose target is not sent; none for the stand-in. */
  #standInFor(target: string, path: string, place: string): string | undefined {
    const standIn = this.#standIns.get(target);
    if (standIn === undefined || !standIn.sent) {
      throw new ContextError(
        "corrupt",
        `Cannot read the tar archive: hard link ${quoteName(path)} ` +
          `leads to ${quoteName(target)}, which does not stand before it`,
      );
    }
    if (standIn.place !== place || standIn.passed) return standIn.place;
    standIn.passed = true;
    return undefined;
  }
}

function unchanged(
  { block, extensions }: TarEntry,
): readonly Uint8Array<ArrayBuffer>[] {
  return [...extensions.map(({ raw }) => raw), block];
}

/** Old archives tell directories by the slash alone. */
function withSlash(place: string, entry: TarEntry): string {
  return entry.name.endsWith("/") ? `${place}/` : place;
}
