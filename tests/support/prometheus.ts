import { join } from "node:path";
import { eventually } from "./eventually.ts";
import { freePort } from "./free_port.ts";

/** One series with its newest value. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What Prometheus' API answers a query for series with. */
interface QueryAnswer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: readonly [time: number, value: string];
    }[];
  };
}

/**
 * Checks figures by Prometheus' own tool.
 *
 * @returns what it finds to criticize; empty when all is well
 */
export async function checkMetrics(text: string): Promise<string> {
  const promtool = new Deno.Command("promtool", {
    args: ["check", "metrics"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = new Blob([text]).stream().pipeTo(promtool.stdin);
  const { success, stdout, stderr } = await promtool.output();
  await input;
  const decoder = new TextDecoder();
  const said = decoder.decode(stdout) + decoder.decode(stderr);
  return success ? said : said || "promtool failed";
}

/** A real Prometheus server that scrapes one target every second. */
export class PrometheusServer implements AsyncDisposable {
  readonly #directory: string;
  readonly #process: Deno.ChildProcess;
  readonly #address: string;

  private constructor(
    directory: string,
    process: Deno.ChildProcess,
    address: string,
  ) {
    this.#directory = directory;
    this.#process = process;
    this.#address = address;
  }

  /** @param target `host:port` of what is scraped at `/metrics` */
  static async start(target: string): Promise<PrometheusServer> {
    const directory = await Deno.makeTempDir({ prefix: "test-prometheus-" });
    const config = join(directory, "prometheus.yml");
    await Deno.writeTextFile(
      config,
      JSON.stringify({
        global: { scrape_interval: "1s" },
        scrape_configs: [{
          job_name: "quay-builder",
          static_configs: [{ targets: [target] }],
        }],
      }),
    );
    const address = `127.0.0.1:${freePort()}`;
    const process = new Deno.Command("prometheus", {
      args: [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(directory, "data")}`,
        `--web.listen-address=${address}`,
        "--log.level=error",
      ],
      stdout: "null",
      stderr: "null",
    }).spawn();
    return new PrometheusServer(directory, process, address);
  }

  /** Waits until a query has an answer that is as wanted. */
  query(
    query: string,
    isWanted: (samples: readonly Sample[]) => boolean,
  ): Promise<readonly Sample[]> {
    return eventually(async () => {
      const samples = await this.#ask(query);
      return samples !== undefined && isWanted(samples) ? samples : undefined;
    }, { what: `the answer to ${query}` });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#process.status;
    await Deno.remove(this.#directory, { recursive: true });
  }

  async #ask(query: string): Promise<Sample[] | undefined> {
    const url = new URL(`http://${this.#address}/api/v1/query`);
    url.searchParams.set("query", query);
    let response: Response;
    try {
      response = await fetch(url);
    } catch {
      return undefined; // It is starting.
    }
    if (!response.ok) {
      await response.body?.cancel();
      return undefined;
    }
    const { data }: QueryAnswer = await response.json();
    return data.result.map(({ metric, value: [, value] }) => ({
      labels: metric,
      value: Number(value),
    }));
  }
}
