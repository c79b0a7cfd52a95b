import { NeedleFinder } from "./_needle_finder.ts";
import { SecretMask } from "./_secret_mask.ts";
import { spellingsOf } from "./_spellings.ts";
import { UrlMask } from "./_url_mask.ts";
import type { Secret } from "./secret.ts";

/** How much of a text is looked at together, in UTF-16 code units. */
const PIECE_LENGTH = 64 * 1024;

/** A text on its way through a {@linkcode Redactor}. */
export interface RedactionStream {
  /**
   * Takes the next piece of the text and gives what is ready to be shown. The
   * end of a piece is held back only as far as it may be the beginning of a
   * secret: never longer than the longest secret, or the longest credentials
   * of a URL, and never past the end of a line.
   */
  write(piece: string): string;
  /** Gives what was held back. The next piece begins a new text. */
  end(): string;
}

/**
 * Takes secrets out of text: each is replaced by `[secret]`, in plain, in
 * base64 (both alphabets, also within the base64 of a longer text), URL-encoded
 * and JSON-escaped; of a secret of several lines, such as a private key, every
 * line. So are credentials in URLs, known or not. A secret, or a line of one,
 * of less than six characters is left alone.
 *
 * The cost is linear in the length of the text and hardly depends on the
 * number of secrets.
 */
export class Redactor {
  readonly #finder: NeedleFinder;

  constructor(secrets: Iterable<Secret>) {
    const spellings = new Set<string>();
    for (const secret of secrets) {
      for (const spelling of spellingsOf(secret.reveal())) {
        spellings.add(spelling);
      }
    }
    this.#finder = new NeedleFinder(spellings);
  }

  /** A whole text without its secrets. */
  redact(text: string): string {
    const stream = this.stream();
    return stream.write(text) + stream.end();
  }

  /** A way for a text that comes in pieces. */
  stream(): RedactionStream {
    const secrets = new SecretMask(this.#finder);
    const urls = new UrlMask();
    return {
      write(text) {
        let shown = "";
        for (let start = 0; start < text.length; start += PIECE_LENGTH) {
          const piece = text.slice(start, start + PIECE_LENGTH);
          shown += urls.write(secrets.write(piece));
        }
        return shown;
      },
      end: () => urls.write(secrets.end()) + urls.end(),
    };
  }
}
