import { EngineProtocolError } from "./errors.ts";

/**
 * Bytes of the longest answer that is kept in memory: a list of some 100,000
 * images.
 */
const MAX_BYTES = 64 * 1024 ** 2;

/**
 * Reads an answer's whole body as text.
 *
 * @throws {EngineProtocolError} when it is too long.
 */
export async function readBody(
  response: Response,
  action: string,
): Promise<string> {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) {
      throw new EngineProtocolError(
        `the answer is longer than the ${MAX_BYTES} bytes allowed`,
        { action },
      );
    }
    pieces.push(decoder.decode(chunk, { stream: true }));
  }
  return pieces.join("") + decoder.decode();
}
