/** What taking secrets out costs, as a share of the whole way of the log. */
import { BuildLog } from "../lib/build/log/build_log.ts";
import { MessageDecoder } from "../lib/engine/message.ts";
import type { BuildReporter } from "../lib/manager/manager.ts";
import { Redactor } from "../lib/secret/redactor.ts";
import { Secret } from "../lib/secret/secret.ts";
import { engineOutput } from "./_engine_output.ts";
import { bestOf, printTable } from "./_table.ts";

const LETTERS =
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

function randomText(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => LETTERS[byte % LETTERS.length]).join("");
}

function privateKey(lines: number): string {
  return [
    "-----BEGIN PRIVATE KEY-----",
    ...Array.from({ length: lines }, () => randomText(64)),
    "-----END PRIVATE KEY-----",
  ].join("\n");
}

const TOKENS = [randomText(40), randomText(40)];
const SIGNED_URL = `https://storage.example.com/packages/${
  randomText(20)
}?signature=${randomText(64)}&expires=1700000000`;

const CASES: Readonly<Record<string, readonly string[]>> = {
  "two tokens": TOKENS,
  "tokens and a signed URL": [...TOKENS, SIGNED_URL],
  "tokens and a JWT of 1,000 characters": [...TOKENS, randomText(1_000)],
  "tokens and a password of 8 characters": [...TOKENS, "hunter22"],
  "tokens and an Ed25519 key": [...TOKENS, privateKey(5)],
  "tokens and an RSA key of 4,096 bits": [...TOKENS, privateKey(50)],
};

/** A redactor that does nothing. */
class NoRedactor extends Redactor {
  constructor() {
    super([]);
  }

  override redact(text: string): string {
    return text;
  }

  override stream(): { write(text: string): string; end(): string } {
    return { write: (text) => text, end: () => "" };
  }
}

/** As a transport would: encoded as a log entry and as a message. */
const send: BuildReporter["log"] = (phase, entry) => {
  const kwargs = { phase, json_data: JSON.stringify(entry) };
  JSON.stringify([48, 1, {}, "procedure", [], kwargs]);
  return Promise.resolve(true);
};

async function log(
  chunks: readonly Uint8Array[],
  redactor: Redactor,
): Promise<void> {
  await using log = new BuildLog({ send, redactor });
  const decoder = new MessageDecoder({ action: "measure the log" });
  for (const chunk of chunks) {
    for (const message of decoder.push(chunk)) {
      const wait = log.write(message);
      if (wait !== undefined) await wait;
    }
    await Promise.resolve();
  }
  await log.flush();
}

/** Prints the table. */
export async function main(): Promise<void> {
  const chunks = engineOutput(50_000);
  const redactors = Object.values(CASES).map((values) =>
    new Redactor(values.map((value) => new Secret(value)))
  );
  const [plain = 0, ...redacted] = await bestOf(
    40,
    [new NoRedactor(), new Redactor([]), ...redactors]
      .map((redactor) => () => log(chunks, redactor)),
  );
  const names = ["no secrets, URLs alone", ...Object.keys(CASES)];
  printTable(
    "Redaction, decoding and sending included (budget: 1.05)",
    redacted.map((time, index) => ({
      "secrets": names[index] ?? "",
      "ratio": (time / plain).toFixed(3),
    })),
  );
}

if (import.meta.main) await main();
