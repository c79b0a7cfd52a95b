/**
 * Prints what the worker ships as a CycloneDX 1.6 document: Deno, and every
 * package that `main.ts` reaches, with versions, hashes and licences.
 *
 *   deno info --json main.ts | deno run --allow-read sbom.ts package-lock.json
 *
 * `package-lock.json` is npm's lock file that Deno itself is installed by.
 *
 * @module
 */
import { decodeBase64, encodeHex } from "@std/encoding";
import { toText } from "@std/streams";
import { COMMIT, VERSION } from "../../lib/version.ts";

/** A package, as `deno info --json` has it (Deno 2.9). */
interface Package {
  readonly name: string;
  readonly version: string;
  /** Keys of other packages. */
  readonly dependencies: readonly string[];
  /** Where its files are. */
  readonly localPath: string;
}

interface Module {
  readonly specifier: string;
  /** The key of its package. */
  readonly npmPackage?: string;
  /** What it imports; without `code`, only for its types. */
  readonly dependencies?: readonly {
    readonly code?: { readonly specifier: string };
  }[];
}

interface Graph {
  readonly roots: readonly string[];
  readonly modules: readonly Module[];
  readonly redirects: Readonly<Record<string, string>>;
  readonly npmPackages: Readonly<Record<string, Package>>;
}

/** `deno.lock`, version 5. */
interface Lock {
  readonly npm: Readonly<Record<string, { readonly integrity?: string }>>;
}

/** The lock file of npm that Deno itself is installed by. */
interface NpmLock {
  readonly packages: Readonly<Record<string, NpmLockEntry>>;
}

interface NpmLockEntry extends Origin {
  readonly version?: string;
}

interface Origin {
  /** Subresource Integrity, SHA-512. */
  readonly integrity?: string | undefined;
  /** An SPDX licence or expression. */
  readonly license?: string | undefined;
}

const [npmLockPath = ""] = Deno.args;
const graph = JSON.parse(await toText(Deno.stdin.readable)) as Graph;
const lock = await readJson<Lock>(new URL("../../deno.lock", import.meta.url));
const npmLock = await readJson<NpmLock>(npmLockPath);

const direct = new Set(packagesOfCode());
const shipped = new Set<string>();
for (const key of direct) reach(key);
const keys = [...shipped].sort();

const worker = {
  "type": "application",
  "bom-ref": "quay-builder",
  "name": "quay-builder",
  "version": VERSION,
  "licenses": [{ license: { id: "Apache-2.0" } }],
  "properties": [{ name: "commit", value: COMMIT }],
};
const runtimes = denoComponents();
const document = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: { component: worker },
  components: [...runtimes, ...await Promise.all(keys.map(packageComponent))],
  dependencies: [
    {
      ref: worker["bom-ref"],
      dependsOn: [
        ...runtimes.map(({ purl }) => purl),
        ...keys.filter((key) => direct.has(key)).map(purlOf),
      ],
    },
    ...keys.map((key) => ({
      ref: purlOf(key),
      dependsOn: dependenciesOf(key).map(purlOf),
    })),
  ],
};
await Deno.stdout.write(
  new TextEncoder().encode(`${JSON.stringify(document, null, 2)}\n`),
);

/** The packages that the worker's own modules import. */
function packagesOfCode(): string[] {
  const modules = new Map(
    graph.modules.map((module) => [module.specifier, module]),
  );
  const reached = new Set(graph.roots);
  for (const specifier of reached) {
    for (const { code } of modules.get(specifier)?.dependencies ?? []) {
      if (!code) continue;
      reached.add(graph.redirects[code.specifier] ?? code.specifier);
    }
  }
  return [...reached].flatMap((name) => modules.get(name)?.npmPackage ?? []);
}

function reach(key: string): void {
  if (shipped.has(key)) return;
  shipped.add(key);
  for (const dependency of dependenciesOf(key)) reach(dependency);
}

/** Types are gone when the worker is packed. */
function isCode(key: string): boolean {
  return !key.startsWith("@types/");
}

function dependenciesOf(key: string): string[] {
  return packageOf(key).dependencies.filter(isCode);
}

function packageOf(key: string): Package {
  const found = graph.npmPackages[key];
  if (!found) throw new Error(`Cannot find package "${key}" in the graph`);
  return found;
}

function purlOf(key: string): string {
  return packageUrl(packageOf(key));
}

async function packageComponent(key: string) {
  const found = packageOf(key);
  const { license } = await readJson<{ license?: string }>(
    `${found.localPath}/package.json`,
  );
  return component("library", found, {
    license,
    integrity: lock.npm[key]?.integrity,
  });
}

/** Deno, for each platform that it is locked for. */
function denoComponents() {
  return Object.entries(npmLock.packages).flatMap(([path, entry]) => {
    const name = path.replace("node_modules/", "");
    const { version = "" } = entry;
    return name === "" ? [] : [component("platform", { name, version }, entry)];
  });
}

function component(
  type: "library" | "platform",
  named: Pick<Package, "name" | "version">,
  { license, integrity }: Origin,
) {
  const { name, version } = named;
  if (!license || !integrity) {
    throw new Error(`Cannot list "${name}": its licence or hash is unknown`);
  }
  return {
    type,
    "bom-ref": packageUrl(named),
    name,
    version,
    "purl": packageUrl(named),
    "hashes": [{ alg: "SHA-512", content: hexOf(integrity) }],
    "licenses": [
      license.includes(" ")
        ? { expression: license }
        : { license: { id: license } },
    ],
  };
}

/** Package URL (purl-spec, type npm): the `@` of a scope is encoded. */
function packageUrl(
  { name, version }: Pick<Package, "name" | "version">,
): string {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}

/** Subresource Integrity has base64, CycloneDX wants hexadecimal digits. */
function hexOf(integrity: string): string {
  return encodeHex(decodeBase64(integrity.replace(/^sha512-/, "")));
}

async function readJson<T>(path: string | URL): Promise<T> {
  return JSON.parse(await Deno.readTextFile(path)) as T;
}
