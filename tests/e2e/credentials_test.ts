import { assertEquals } from "@std/assert";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { Stage, TOKEN } from "./_stage.ts";

/** Looks like a registry, asks for a login, and notes all that it is told. */
class ForeignRegistry implements AsyncDisposable {
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  /** The requests with their headers. */
  readonly requests: string[] = [];

  constructor() {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        const headers = JSON.stringify([...request.headers]);
        this.requests.push(`${request.method} ${request.url} ${headers}`);
        return new Response(null, {
          status: 401,
          headers: { "www-authenticate": 'Basic realm="registry"' },
        });
      },
    );
  }

  /** `127.0.0.1:port`, as it stands in an image's name. */
  get host(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }
}

Deno.test("a registry on another port of the same host gets no credentials", async (t) => {
  await using stage = await Stage.set();
  await using foreign = new ForeignRegistry();
  await using manager = await EmbeddedManager.listen();
  await using worker = new WorkerProcess({ env: { ENDPOINT: manager.url } });
  const guarded = `${stage.guarded.host}/e2e/base`;
  const theirs = `${foreign.host}/their/image`;
  const dockerfiles = {
    "as a base": `FROM ${theirs}\n`,
    "as a second base": `FROM ${guarded}\nRUN true\nFROM ${theirs}\n`,
    "as what is copied from": `FROM ${guarded}\nCOPY --from=${theirs} /x /x\n`,
  };
  for (const [name, Dockerfile] of Object.entries(dockerfiles)) {
    await t.step(name, async () => {
      foreign.requests.length = 0;
      const report = await manager.build(stage.arguments({
        build_package: await stage.package({ Dockerfile }),
        registry: stage.guarded.host,
        base_image: { username: "$token", password: TOKEN },
      }));
      assertEquals(report.kind, "failure", JSON.stringify(report));
      assertEquals(foreign.requests.length > 0, true, worker.log);
      const told = foreign.requests.join("\n");
      for (const secret of ["authorization", TOKEN, btoa(`$token:${TOKEN}`)]) {
        assertEquals(told.includes(secret), false, told);
      }
    });
  }
  assertEquals(manager.violations, []);
});
