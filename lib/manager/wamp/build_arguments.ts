import type { BuildRequest, BuildSource } from "../../build/request.ts";
import type { RegistryCredentials } from "../../engine/credentials.ts";
import {
  ImageReference,
  InvalidReferenceError,
} from "../../image/reference.ts";
import { Secret } from "../../secret/secret.ts";
import { RefusedBuild } from "../refused_build.ts";

/** Longest text, in UTF-16 code units: private keys, tokens, signed URLs. */
const MAX_TEXT = 64 * 1024;

/** Longest name or path, in UTF-16 code units: as Linux has it. */
const MAX_NAME = 4_095;

/** Tags of one build; each is pushed by itself. */
const MAX_TAGS = 100;

/** The user under which a registry takes a build's pull and push tokens. */
const TOKEN_USER = "$token";

/**
 * Decodes the keyword arguments of a build call. Unknown keys are ignored, and
 * `null` counts as missing.
 *
 * @throws {RefusedBuild} `missing_or_invalid_argument` naming every mistake, and
 *   what is longer than anyone needs,
 *   `build_package_issue` when no source is given
 */
export function decodeBuildArguments(
  kwargs: Readonly<Record<string, unknown>>,
): BuildRequest {
  const mistakes: string[] = [];
  const root = new Fields(kwargs, "", mistakes);
  const git = root.object("git");
  const baseImage = root.object("base_image");

  const registry = root.required("registry", MAX_NAME);
  const repository = root.required("repository", MAX_NAME);
  const tags = root.texts("tag_names");
  const credentials = (username: string, password: string) =>
    password === "" ? undefined : {
      registry,
      username: username,
      password: new Secret(password),
    } satisfies RegistryCredentials;
  const pull = credentials(TOKEN_USER, root.text("pull_token"));
  const push = credentials(TOKEN_USER, root.text("push_token"));
  const base = baseImage &&
    credentials(
      baseImage.text("username", MAX_NAME),
      baseImage.text("password"),
    );
  const source = decodeSource(git, root.text("build_package"));
  const context = root.text("context", MAX_NAME);
  const dockerfilePath = root.text("dockerfile_path", MAX_NAME);
  if (mistakes.length === 0) {
    mistakes.push(...badNames(registry, repository, tags));
  }

  if (mistakes.length > 0) {
    throw new RefusedBuild(
      "missing_or_invalid_argument",
      `Cannot decode the build's arguments: ${listed(mistakes)}`,
    );
  }
  if (source === undefined) {
    throw new RefusedBuild(
      "build_package_issue",
      "Cannot load the build package: neither a package nor a git repository was given",
    );
  }
  return {
    source,
    context,
    dockerfilePath,
    repository,
    registry,
    tags,
    ...(pull && { pullCredentials: pull }),
    ...(push && { pushCredentials: push }),
    ...(base && { baseImageCredentials: base }),
  };
}

/** Mistakes that are named, at most. */
const MAX_MISTAKES = 10;

function listed(mistakes: readonly string[]): string {
  const named = mistakes.slice(0, MAX_MISTAKES).join(", ");
  const others = mistakes.length - MAX_MISTAKES;
  return others > 0 ? `${named}, and ${others} more` : named;
}

/**
 * What is wrong with the names that the image is to be pushed under. Each must
 * mean the registry, the repository and the tag that it is made of: the engine
 * would take a registry that is no host for a part of a path on Docker Hub.
 */
function badNames(
  registry: string,
  repository: string,
  tags: readonly string[],
): string[] {
  return tags.flatMap((tag) => {
    try {
      const name = ImageReference.parse(`${registry}/${repository}:${tag}`);
      if (name.domain !== registry) {
        return [`"registry" is not a host with an optional port`];
      }
      return name.path === repository && name.tag === tag && !name.digest
        ? []
        : [`"${tag}" in "tag_names" is not a tag`];
    } catch (error) {
      if (error instanceof InvalidReferenceError) return [error.message];
      throw error;
    }
  });
}

/** A git repository takes precedence over a package. */
function decodeSource(
  git: Fields | undefined,
  packageUrl: string,
): BuildSource | undefined {
  if (git) {
    const privateKey = git.text("private_key");
    return {
      kind: "git",
      url: new Secret(git.required("url", MAX_NAME)),
      commit: git.required("sha", MAX_NAME),
      ...(privateKey !== "" && { privateKey: new Secret(privateKey) }),
    };
  }
  if (packageUrl !== "") {
    return { kind: "package", url: new Secret(packageUrl) };
  }
  return undefined;
}

/** Reads the fields of one object, noting each that has the wrong type. */
class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #mistakes: string[];

  constructor(
    values: Readonly<Record<string, unknown>>,
    path: string,
    mistakes: string[],
  ) {
    this.#values = values;
    this.#path = path;
    this.#mistakes = mistakes;
  }

  /** A text; empty where it is missing. */
  text(key: string, longest = MAX_TEXT): string {
    const value = this.#values[key] ?? "";
    if (typeof value !== "string") return this.#wrong(key, "a text", "");
    if (value.length <= longest) return value;
    this.#mistakes.push(
      `"${this.#path}${key}" has ${value.length} characters, at most ${longest} are allowed`,
    );
    return "";
  }

  /** A text that must not be empty. */
  required(key: string, longest?: number): string {
    const before = this.#mistakes.length;
    const value = this.text(key, longest);
    if (value === "" && this.#mistakes.length === before) {
      this.#mistakes.push(`"${this.#path}${key}" is missing`);
    }
    return value;
  }

  /** A list of at least one text, none of them empty, each once. */
  texts(key: string): readonly string[] {
    const value = this.#values[key];
    const isText = (item: unknown): item is string =>
      typeof item === "string" && item !== "";
    if (
      !Array.isArray(value) || value.length === 0 || !value.every(isText)
    ) return this.#wrong(key, "a list of at least one text", []);
    const texts = [...new Set(value)];
    if (texts.length <= MAX_TAGS) return texts;
    this.#mistakes.push(
      `"${this.#path}${key}" holds ${texts.length} texts, at most ${MAX_TAGS} are allowed`,
    );
    return [];
  }

  /** The fields of an object; `undefined` where it is missing or empty. */
  object(key: string): Fields | undefined {
    const value = this.#values[key] ?? {};
    if (typeof value !== "object" || Array.isArray(value)) {
      return this.#wrong(key, "an object", undefined);
    }
    if (Object.keys(value).length === 0) return undefined;
    return new Fields({ ...value }, `${this.#path}${key}.`, this.#mistakes);
  }

  #wrong<T>(key: string, expected: string, fallback: T): T {
    this.#mistakes.push(`"${this.#path}${key}" is not ${expected}`);
    return fallback;
  }
}
