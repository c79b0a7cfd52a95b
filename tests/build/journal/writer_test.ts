import { assertEquals } from "@std/assert";
import { ImageCache } from "../../../lib/build/image_cache.ts";
import { decodeEntry } from "../../../lib/build/journal/entry.ts";
import {
  ENTRY_LABEL,
  JOURNAL_PREFIX,
} from "../../../lib/build/journal/volume.ts";
import { JournalWriter } from "../../../lib/build/journal/writer.ts";
import { NameLeases } from "../../../lib/build/name_leases.ts";
import { StepClaims } from "../../../lib/build/step_claims.ts";
import { parseEngineAddress } from "../../../lib/engine/address.ts";
import {
  EngineClient,
  type EngineRequest,
} from "../../../lib/engine/client.ts";
import { inspectImage } from "../../../lib/engine/inspect_image.ts";
import { listVolumes } from "../../../lib/engine/list_volumes.ts";
import { ENGINE } from "../../engine/_support.ts";
import { BaseImage } from "../../support/base_image.ts";

const { signal } = new AbortController();
const NOTHING = { names: [], made: [], builds: [] };

/** An engine that counts what is asked of images, and may not answer it. */
class SilentEngine extends EngineClient {
  isSilent = false;
  looks = 0;

  override request(request: EngineRequest): Promise<Response> {
    if (request.path.startsWith("/images/")) this.looks++;
    const { signal } = request;
    if (!this.isSilent || !request.path.startsWith("/images/") || !signal) {
      return super.request(request);
    }
    return new Promise((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason))
    );
  }
}

/** A journal, and what names stand for in it. */
function keep(engine: EngineClient) {
  const owner = crypto.randomUUID();
  const writer = new JournalWriter(engine, {
    owner,
    renewal: 60_000,
    lookLimit: 2_000,
  });
  const readNames = async () => {
    const names = [JOURNAL_PREFIX + owner];
    const [volume] = await listVolumes(engine, { names });
    const entry = decodeEntry(volume?.labels.get(ENTRY_LABEL) ?? "");
    return entry?.names.map(({ name, now }) => [name, now]);
  };
  return { writer, readNames };
}

Deno.test("what a name stood for is forgotten with it", async () => {
  await using engine = new SilentEngine(parseEngineAddress(ENGINE));
  await using base = await BaseImage.make(engine);
  await using other = await BaseImage.make(engine);
  const [id, otherId] = await Promise.all(
    [base, other].map(async ({ name }) =>
      (await inspectImage(engine, name)).id
    ),
  );
  const { writer, readNames } = keep(engine);
  const hold = (...images: BaseImage[]) => {
    const names = images.map(({ name }) => ({ name, before: undefined }));
    return writer.write({ ...NOTHING, names }, signal);
  };
  await hold(base, other);
  assertEquals(await readNames(), [[base.name, id], [other.name, otherId]]);
  await hold(other);
  engine.isSilent = true;
  await hold(base, other);
  assertEquals(await readNames(), [
    [base.name, undefined],
    [other.name, otherId],
  ]);
  await writer.write(NOTHING, signal);
});

Deno.test("a name that is kept between builds is not looked up again", async () => {
  await using engine = new SilentEngine(parseEngineAddress(ENGINE));
  const steps = new StepClaims();
  const cache = new ImageCache(2 ** 30);
  const names = new NameLeases(engine, { steps, cache });
  const name = `quay-builder.localhost/test-${crypto.randomUUID()}:latest`;
  await names.lease(name, { isGiven: false, signal });
  await BaseImage.make(engine, { name });
  const { id } = await inspectImage(engine, name);
  names.letGo(name, { isKept: true });
  await names.putBack(name, signal);

  const { writer, readNames } = keep(engine);
  engine.looks = 0;
  await writer.write({ ...NOTHING, names: names.holdings }, signal);
  assertEquals(engine.looks, 0);
  assertEquals(await readNames(), [[name, id]]);
  // While a build uses it, it may come to stand for another.
  await names.lease(name, { isGiven: false, signal });
  await writer.write({ ...NOTHING, names: names.holdings }, signal);
  assertEquals(engine.looks, 1);
  await writer.write(NOTHING, signal);
  names.letGo(name);
  await names.putBack(name, signal);
});
