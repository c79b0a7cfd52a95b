import { EngineClient } from "../engine/client.ts";
import { isEngineFailure } from "../engine/errors.ts";
import { pullImage } from "../engine/pull.ts";
import {
  type RegistryTrouble,
  registryTrouble,
} from "../engine/registry_trouble.ts";
import { NAME_ONE, OR_NAME_ONE, registryHost } from "./_registry_host.ts";
import {
  type Check,
  type Finding,
  ok,
  unchecked,
  warning,
  wrong,
} from "./check.ts";

/** An image that nobody has, so that looking for it leaves nothing behind. */
const NO_IMAGE = "quay-builder/doctor:no-such-tag";

/** Whether the engine, which pulls and pushes, reaches the registry. */
export const ENGINE_REGISTRY: Check = {
  name: "registry from the engine",
  async *look(circumstances, signal) {
    const { config: { engine: address }, tls } = circumstances;
    const found = registryHost(circumstances);
    if (found === undefined) {
      yield unchecked("no registry is known", NAME_ONE);
      return;
    }
    if (address === undefined) {
      yield unchecked("there is no engine to ask", "See the configuration");
      return;
    }
    await using engine = new EngineClient(address, { tls: tls.engine });
    const finding = await tryToPull(engine, found.host, signal);
    yield found.isGuess && finding.verdict === "wrong"
      ? warning(finding.message, `${finding.advice}. ${OR_NAME_ONE}`)
      : finding;
  },
};

async function tryToPull(
  engine: EngineClient,
  host: string,
  signal: AbortSignal,
): Promise<Finding> {
  const reached = ok(`the engine reaches ${host}`);
  try {
    await pullImage(engine, `${host}/${NO_IMAGE}`, { signal });
    return reached;
  } catch (error) {
    if (!isEngineFailure(error)) throw error;
    if (error.kind === "unavailable" || error.kind === "version") {
      return unchecked("the engine cannot be asked", "See the engine, above");
    }
    const trouble = registryTrouble(error.detail);
    if (trouble === "missing" || trouble === "denied") return reached;
    return wrong(
      `the engine cannot pull from ${host}: ${error.detail}`,
      trouble === undefined
        ? "Try docker pull on the engine's machine"
        : advice(trouble, host),
    );
  }
}

function advice(
  trouble: Exclude<RegistryTrouble, "missing" | "denied">,
  host: string,
): string {
  switch (trouble) {
    case "name":
      return "Check the name resolution of the engine's machine, which may differ from this one's";
    case "unreachable":
      return "Check the network, the routes and the firewall of the engine's machine, and whether it needs a proxy";
    case "refused":
      return "Check the port, whether the registry runs, and firewalls between the engine and it";
    case "timeout":
      return "Something between the engine and the registry swallows the connection: check firewalls, routes and the engine's proxy";
    case "untrusted":
      return `Put the authority's certificate on the engine's machine, as /etc/docker/certs.d/${host}/ca.crt`;
    case "wrong_host":
      return "Use the name that the registry's certificate is for, or have it issued for this one";
    case "expired":
      return "Have the registry's certificate renewed, and check the clock of the engine's machine";
    case "plain_http":
      return `Give the registry a certificate, or add "${host}" to "insecure-registries" in /etc/docker/daemon.json on the engine's machine`;
    case "tls":
      return "Check that the registry offers TLS 1.2 or 1.3 on that port";
    case "proxy":
      return "Check the proxy of the engine (docker info shows it), and whether the registry belongs into its NO_PROXY";
    case "rate_limit":
      return "The registry is reached, but limits pulls: wait, or use an account with a higher limit";
    case "quota":
    case "too_large":
      return "The registry is reached, but wants no more: ask its operator for room";
    case "platform":
    case "broken":
      return "What answers is no registry, or one in trouble: check the host and the port, and the registry's own log";
    case "disk_full":
      return "Make room on the engine's disk (docker system prune)";
  }
}
