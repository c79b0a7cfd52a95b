import { quote } from "../text/quote.ts";

/** Docker Hub: the registry of every name that has no domain of its own. */
const DEFAULT_DOMAIN = "docker.io";
/** An older name of Docker Hub that means the same. */
const LEGACY_DEFAULT_DOMAIN = "index.docker.io";
/** Where Docker Hub keeps the images whose name is a single word. */
const OFFICIAL_PREFIX = "library/";
const DEFAULT_TAG = "latest";

/** Characters; more than the longest valid domain, path, tag and digest. */
const MAX_REFERENCE_LENGTH = 1024;
/** Characters. */
const MAX_PATH_LENGTH = 255;

const IDENTIFIER = /^[a-f0-9]{64}$/;
const DOMAIN =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[a-f0-9:]+\])(?::[0-9]+)?$/i;
const PATH_COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGESTS: readonly RegExp[] = [
  /^sha256:[a-f0-9]{64}$/,
  /^sha384:[a-f0-9]{96}$/,
  /^sha512:[a-f0-9]{128}$/,
];

/** A text that names no image; the message says what is wrong with it. */
export class InvalidReferenceError extends Error {
  override readonly name = "InvalidReferenceError";
  /** The text that was given. */
  readonly reference: string;
  /** What is wrong with it, for a message that names it by itself. */
  readonly reason: string;

  constructor(reference: string, reason: string) {
    super(`Cannot read image name ${quote(reference)}: ${reason}`);
    this.reference = reference;
    this.reason = reason;
  }
}

/** What `POST /images/create` of the Docker Engine needs to pull one image. */
export interface PullParameters {
  /** The name without tag and digest. */
  readonly fromImage: string;
  /** The digest, or else the tag; never empty, which would mean all tags. */
  readonly tag: string;
}

/**
 * The name of an image, with Docker's short forms written out: `ubuntu` is
 * `docker.io/library/ubuntu`. Grammar and normalisation are those of
 * `distribution/reference` 0.6.0. One thing is refused that it lets through: a
 * host with `_` (`my_host.com/x`), which no engine can pull from.
 */
export class ImageReference {
  /** The registry's `host[:port]`, `docker.io` for Docker Hub. */
  readonly domain: string;
  /** The repository on that registry, `library/ubuntu`. */
  readonly path: string;
  /** The tag, where the name has one. */
  readonly tag: string | undefined;
  /** `algorithm:hex`, where the name has one. */
  readonly digest: string | undefined;

  private constructor(
    parts: Pick<ImageReference, "domain" | "path" | "tag" | "digest">,
  ) {
    this.domain = parts.domain;
    this.path = parts.path;
    this.tag = parts.tag;
    this.digest = parts.digest;
  }

  /**
   * Reads `[domain/]path[:tag][@digest]`.
   *
   * @throws {InvalidReferenceError} when the text names no image.
   */
  static parse(text: string): ImageReference {
    const invalid = (reason: string) => new InvalidReferenceError(text, reason);

    if (text === "") throw invalid('it is empty, write one such as "alpine:3"');
    if (text.length > MAX_REFERENCE_LENGTH) {
      throw invalid(
        `it has ${text.length} characters, at most ${MAX_REFERENCE_LENGTH} are allowed`,
      );
    }
    if (/\s/.test(text)) throw invalid("it holds white space");
    if (text.includes("://")) {
      throw invalid('leave the scheme out, as in "quay.io/namespace/name"');
    }
    if (IDENTIFIER.test(text)) {
      throw invalid(
        "64 hexadecimal digits are an image ID, which no registry serves; use a name",
      );
    }

    const [tagged, digest] = cut(text, "@");
    const [domain, remainder] = splitDomain(tagged);
    const [path, tag] = cut(remainder, ":");

    if (!DOMAIN.test(domain)) {
      throw invalid(`${quote(domain)} is not a host with an optional port`);
    }
    if (path !== path.toLowerCase()) {
      throw invalid("write it in lower case");
    }
    if (!path.split("/").every((part) => PATH_COMPONENT.test(part))) {
      throw invalid(
        `${
          quote(path)
        } is not a repository: use lower-case letters and digits, ` +
          'joined by ".", "_", "__" or "-" and separated by "/"',
      );
    }
    if (path.length > MAX_PATH_LENGTH) {
      throw invalid(
        `its repository has ${path.length} characters, at most ${MAX_PATH_LENGTH} are allowed`,
      );
    }
    if (tag !== undefined && !TAG.test(tag)) {
      throw invalid(
        `${quote(tag)} is not a tag: use up to 128 letters, digits, "_", "." ` +
          'or "-", beginning with none of the last two',
      );
    }
    if (digest !== undefined && !DIGESTS.some((form) => form.test(digest))) {
      throw invalid(
        `${
          quote(digest)
        } is not a digest: write "sha256:" and 64 hexadecimal ` +
          "digits in lower case",
      );
    }
    return new ImageReference({ domain, path, tag, digest });
  }

  /** Domain and path: the repository without tag and digest. */
  get name(): string {
    return `${this.domain}/${this.path}`;
  }

  /** The shortest text that means the same, as Docker shows it to people. */
  get familiar(): string {
    const remainder = `${this.path}${this.#suffix()}`;
    const isSame = (text: string) => {
      const [domain, rest] = splitDomain(text);
      return domain === this.domain && rest === remainder &&
        !IDENTIFIER.test(text);
    };
    const shortest = remainder.startsWith(OFFICIAL_PREFIX)
      ? remainder.slice(OFFICIAL_PREFIX.length)
      : remainder;
    return [shortest, remainder].find(isSame) ?? this.toString();
  }

  /** The image for the engine to pull: by digest, else by tag, else `latest`. */
  get pullParameters(): PullParameters {
    return {
      fromImage: this.name,
      tag: this.digest ?? this.tag ?? DEFAULT_TAG,
    };
  }

  /**
   * Whether the image lives on exactly this registry, given as `host[:port]`.
   * Nothing is guessed: another port, a longer host or another spelling is
   * another registry, which must not see this one's credentials.
   */
  isOn(registry: string): boolean {
    return this.domain === registry;
  }

  /** The name in full, as far as it was given: no tag is made up. */
  toString(): string {
    return `${this.name}${this.#suffix()}`;
  }

  #suffix(): string {
    const tag = this.tag === undefined ? "" : `:${this.tag}`;
    const digest = this.digest === undefined ? "" : `@${this.digest}`;
    return `${tag}${digest}`;
  }
}

function splitDomain(name: string): [domain: string, remainder: string] {
  const [first, rest] = cut(name, "/");
  if (rest === undefined) return [DEFAULT_DOMAIN, `${OFFICIAL_PREFIX}${name}`];
  if (!isDomain(first)) return [DEFAULT_DOMAIN, name];

  const domain = first === LEGACY_DEFAULT_DOMAIN ? DEFAULT_DOMAIN : first;
  const isSingleWord = domain === DEFAULT_DOMAIN && !rest.includes("/");
  return [domain, isSingleWord ? `${OFFICIAL_PREFIX}${rest}` : rest];
}

/** An upper-case letter means a domain too: no path on Docker Hub has one. */
function isDomain(component: string): boolean {
  return component === "localhost" || /[.:]/.test(component) ||
    component !== component.toLowerCase();
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0
    ? [text, undefined]
    : [text.slice(0, at), text.slice(at + separator.length)];
}
