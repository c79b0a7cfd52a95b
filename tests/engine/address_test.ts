import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import {
  type EngineAddress,
  formatEngineAddress,
  parseEngineAddress,
} from "../../lib/engine/address.ts";

function tcp(hostname: string, port: number, secure = false): EngineAddress {
  return { kind: "tcp", hostname, port, secure };
}

Deno.test("parseEngineAddress() reads every form of DOCKER_HOST", () => {
  const cases: [string, EngineAddress][] = [
    ["unix:///var/run/docker.sock", {
      kind: "unix",
      path: "/var/run/docker.sock",
    }],
    ["unix:///with space/ü.sock", { kind: "unix", path: "/with space/ü.sock" }],
    ["tcp://engine:1234", tcp("engine", 1234)],
    ["tcp://127.0.0.1", tcp("127.0.0.1", 2375)],
    ["tcp://[::1]:80/", tcp("[::1]", 80)],
    ["http://engine:80", tcp("engine", 80)],
    ["https://engine:443", tcp("engine", 443, true)],
    ["https://engine", tcp("engine", 2376, true)],
  ];
  for (const [text, address] of cases) {
    assertEquals(parseEngineAddress(text), address);
  }
});

Deno.test("parseEngineAddress() takes tcp:// for TLS when told so", () => {
  const options = { tls: true };
  assertEquals(
    parseEngineAddress("tcp://engine", options),
    tcp("engine", 2376, true),
  );
  assertEquals(parseEngineAddress("http://engine", options).kind, "tcp");
});

Deno.test("parseEngineAddress() says what is wrong", () => {
  const cases: [string, string][] = [
    ["", "scheme is missing"],
    ["/var/run/docker.sock", "unix:///var/run/docker.sock"],
    ["localhost:2375", "scheme is missing"],
    ["unix://docker.sock", "not absolute"],
    ["unix://", "not absolute"],
    ["npipe:////./pipe/docker_engine", '"npipe" is not supported'],
    ["ssh://host", '"ssh" is not supported'],
    ["tcp://", "host or port is not valid"],
    ["tcp://host:99999", "host or port is not valid"],
    ["tcp://host:abc", "host or port is not valid"],
    ["tcp://user:word@host:1", "user and password"],
    ["tcp://host:1/path", "nothing may follow the port"],
    ["tcp://host:1?x=1", "nothing may follow the port"],
  ];
  for (const [text, detail] of cases) {
    const { message } = assertThrows(() => parseEngineAddress(text), TypeError);
    assertStringIncludes(message, detail);
  }
});

Deno.test("parseEngineAddress() keeps a password out of its message", () => {
  const { message } = assertThrows(() =>
    parseEngineAddress("tcp://user:hunter2@host:1")
  );
  assertEquals(message.includes("hunter2"), false);
});

Deno.test("formatEngineAddress() writes what parseEngineAddress() reads", () => {
  for (
    const text of ["unix:///run/x.sock", "tcp://engine:1", "https://[::1]:2376"]
  ) {
    assertEquals(formatEngineAddress(parseEngineAddress(text)), text);
  }
});

Deno.test("an address that cannot be read keeps its password to itself", () => {
  for (const start of ["tcp://user:a/", "tcp:/user:", "user:", "x://u:p@"]) {
    const error = assertThrows(
      () => parseEngineAddress(`${start}pass-word@host:1`),
      TypeError,
    );
    assert(!error.message.includes("pass-word"), error.message);
  }
});
