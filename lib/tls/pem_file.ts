/** A file with certificates or a key cannot be used. */
export class PemFileError extends Error {
  override readonly name = "PemFileError";
  readonly path: string;
  /** What is wrong with it, and what was expected; one clause. */
  readonly problem: string;

  constructor(path: string, problem: string, options?: ErrorOptions) {
    super(`Cannot use "${path}": ${problem}`, options);
    this.path = path;
    this.problem = problem;
  }
}

/** One block of a PEM text (RFC 7468). */
export interface PemBlock {
  /** What it holds: `CERTIFICATE`, `EC PRIVATE KEY`. */
  readonly label: string;
  /** The block itself, from `-----BEGIN` to its end. */
  readonly text: string;
}

/**
 * Reads a file of PEM blocks, and what stands between them is left out.
 *
 * @throws {PemFileError} when the file cannot be read
 */
export async function readPemFile(path: string): Promise<PemBlock[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    throw new PemFileError(path, explainReading(error), { cause: error });
  }
  const blocks = text.matchAll(
    /-----BEGIN ([^-\n]+)-----.*?-----END \1-----/gs,
  );
  return Array.from(blocks, ([block, label = ""]) => ({ label, text: block }));
}

function explainReading(error: unknown): string {
  if (error instanceof Deno.errors.NotCapable) {
    return `Deno lacks a permission: ${error.message}`;
  }
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.PermissionDenied) {
    return "the worker's user may not read it";
  }
  if (error instanceof Deno.errors.IsADirectory) return "it is a directory";
  return error instanceof Error ? error.message : String(error);
}
