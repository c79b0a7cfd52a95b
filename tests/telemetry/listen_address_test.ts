import { assertEquals, assertThrows } from "@std/assert";
import {
  formatListenAddress,
  parseListenAddress,
} from "../../lib/telemetry/listen_address.ts";

Deno.test("an address is a host and a port", () => {
  const addresses: Readonly<Record<string, [string, number]>> = {
    "127.0.0.1:9090": ["127.0.0.1", 9090],
    "localhost:80": ["localhost", 80],
    "worker-1.example.com:65535": ["worker-1.example.com", 65_535],
    "[::1]:9090": ["::1", 9090],
    "[::]:9090": ["::", 9090],
    "127.0.0.1:0": ["127.0.0.1", 0],
  };
  for (const [text, [hostname, port]] of Object.entries(addresses)) {
    assertEquals(parseListenAddress(text), { hostname, port });
    assertEquals(formatListenAddress({ hostname, port }), text);
  }
});

Deno.test("without a host it is every IPv4 address of the machine", () => {
  assertEquals(parseListenAddress(":9090"), {
    hostname: "0.0.0.0",
    port: 9090,
  });
});

Deno.test("what is no address is refused with an example", () => {
  const mistakes = [
    "9090",
    "localhost",
    "localhost:",
    "localhost:http",
    "localhost:65536",
    "localhost:-1",
    "::1:9090",
    "[::1]",
    "[::g]:9090",
    "http://localhost:9090",
    "user@localhost:9090",
    "local host:9090",
    "localhost:9090/metrics",
  ];
  for (const text of mistakes) {
    assertThrows(() => parseListenAddress(text), Error, "127.0.0.1:9090");
  }
});
