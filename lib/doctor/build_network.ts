import { EngineClient } from "../engine/client.ts";
import { EngineError, EngineHttpError } from "../engine/errors.ts";
import { inspectNetwork } from "../engine/inspect_network.ts";
import { type Check, ok, unchecked, wrong } from "./check.ts";

/** What stands for the engine's own choice, and is no network of that name. */
const ENGINES_CHOICE = "default";

/** Whether the engine has the network that builds are to run in. */
export const BUILD_NETWORK: Check = {
  name: "build network",
  async *look({ config: { engine: address, settings }, tls }, signal) {
    const { BUILD_NETWORK: network = ENGINES_CHOICE } = settings;
    if (network === ENGINES_CHOICE) {
      yield ok("builds run in the engine's own");
      return;
    }
    if (address === undefined) {
      yield unchecked("there is no engine to ask", "See the configuration");
      return;
    }
    await using engine = new EngineClient(address, { tls: tls.engine });
    try {
      const { name, driver } = await inspectNetwork(engine, network, {
        signal,
      });
      yield ok(`the engine has ${name} (${driver ?? "of an unknown driver"})`);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      yield error instanceof EngineHttpError && error.status === 404
        ? wrong(
          `the engine has no network ${network}: every build fails`,
          `Make it (docker network create ${network}), or set BUILD_NETWORK to one that docker network ls shows`,
        )
        : unchecked("the engine cannot be asked", "See the engine, above");
    }
  },
};
