/**
 * Runs the router of the package `fox-wamp` until standard input ends. Prints
 * its port on a line. A program of its own, since the package leaves timers
 * and sockets behind.
 */
import FoxRouter from "fox-wamp";

const server = new FoxRouter().listenWAMP({ host: "127.0.0.1", port: 0 });
server.on("listening", () => {
  const line = `${server.address().port}\n`;
  Deno.stdout.writeSync(new TextEncoder().encode(line));
});
await Deno.stdin.readable.pipeTo(new WritableStream());
Deno.exit();
