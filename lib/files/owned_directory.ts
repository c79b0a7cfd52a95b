/** The file whose lock says that a directory's owner lives. */
const LOCK = "owner.lock";

/** How the names of directories begin, for an instant, that nobody owns yet. */
export const NEW_PREFIX = "quay-builder-new-";

/** Age in milliseconds at which nobody is about to use something any more. */
const STALE = 60_000;

/** Where an {@linkcode OwnedDirectory} goes. */
export interface OwnedDirectoryOptions {
  /** The directory that it is made in. */
  readonly parent: string;
  /** How its name begins; names its kind for {@linkcode removeOrphans}. */
  readonly prefix: string;
}

/** What {@linkcode removeOrphans} and {@linkcode removeStale} need to know. */
export interface RemovalOptions extends OwnedDirectoryOptions {
  /** Told of each path that cannot be removed; the others are. */
  onFailure(path: string, error: unknown): void;
}

/**
 * A private directory (mode 0700) that shows whether its owner lives: the
 * owner holds a lock (flock(2)) on a file in it, which the system lets go of
 * however the owner ends, and which counts for all containers of a machine.
 * Disposing removes it with all that is in it.
 */
export class OwnedDirectory implements AsyncDisposable {
  readonly path: string;
  readonly #lock: Deno.FsFile;

  private constructor(path: string, lock: Deno.FsFile) {
    this.path = path;
    this.#lock = lock;
  }

  /**
   * Makes one.
   *
   * @throws {Deno.errors.NotCapable} without the permission to read and write
   * there, and other errors of the file system
   */
  static async create(
    { parent, prefix }: OwnedDirectoryOptions,
  ): Promise<OwnedDirectory> {
    const made = await Deno.realPath(
      await Deno.makeTempDir({ dir: parent, prefix: NEW_PREFIX }),
    );
    const id = made.slice(made.lastIndexOf(NEW_PREFIX) + NEW_PREFIX.length);
    const path = `${made.slice(0, made.lastIndexOf("/"))}/${prefix}${id}`;
    const options = { createNew: true, write: true };
    const lock = await Deno.open(`${made}/${LOCK}`, options);
    try {
      await lock.lock(true);
      // It gets its name together with its owner.
      await Deno.rename(made, path);
      return new OwnedDirectory(path, lock);
    } catch (error) {
      lock.close();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await removeTree(this.path);
    } finally {
      this.#lock.close();
    }
  }
}

/**
 * Removes the directories of a kind whose owners have ended without doing so.
 * What another user has put there under such a name is left alone.
 *
 * @returns the paths that were removed
 * @throws {Deno.errors.NotCapable} without the permission to read and write
 * there, and other errors of the file system when `parent` cannot be read
 */
export function removeOrphans(options: RemovalOptions): Promise<string[]> {
  return removeEach(
    options,
    async (path, { isDirectory }) =>
      isDirectory && !await hasOwner(path) && await removeOwn(path),
  );
}

/** Takes `remove` to each path of a kind; one that fails holds no other up. */
async function removeEach(
  { parent, prefix, onFailure }: RemovalOptions,
  remove: (path: string, entry: Deno.DirEntry) => Promise<boolean>,
): Promise<string[]> {
  const removed: string[] = [];
  for await (const entry of Deno.readDir(parent)) {
    if (!entry.name.startsWith(prefix)) continue;
    const path = `${parent}/${entry.name}`;
    try {
      if (await remove(path, entry)) removed.push(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      onFailure(path, error);
    }
  }
  return removed;
}

async function hasOwner(path: string): Promise<boolean> {
  const file = `${path}/${LOCK}`;
  try {
    if (!(await Deno.lstat(file)).isFile) return true;
    // To read, too: a FIFO in its place would wait for a reader (fifo(7)).
    using lock = await Deno.open(file, { read: true, write: true });
    return !await lock.tryLock(true);
  } catch (error) {
    // Its removal was begun, or it is somebody else's.
    if (error instanceof Deno.errors.NotFound) return false;
    if (error instanceof Deno.errors.PermissionDenied) return true;
    throw error;
  }
}

/**
 * Removes what has names only for an instant, and had them for a minute.
 *
 * @returns the paths that were removed
 * @throws {Deno.errors.NotCapable} without the permission to read and write
 * there, and other errors of the file system when `parent` cannot be read
 */
export function removeStale(options: RemovalOptions): Promise<string[]> {
  return removeEach(
    options,
    async (path) => await isStale(path) && await removeOwn(path),
  );
}

/** Another worker may remove it, or give it its own name, at any time. */
async function isStale(path: string): Promise<boolean> {
  try {
    const { mtime } = await Deno.lstat(path);
    return mtime !== null && Date.now() - mtime.getTime() >= STALE;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Removes a file or a directory, unless it is another user's. */
async function removeOwn(path: string): Promise<boolean> {
  try {
    await removeTree(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) return false;
    throw error;
  }
}

async function removeTree(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
