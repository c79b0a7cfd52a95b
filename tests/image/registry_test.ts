import { assertEquals } from "@std/assert";
import { isRegistry } from "../../lib/image/registry.ts";

Deno.test("a registry is a host that an image's name could begin with", () => {
  const hosts = [
    ...["quay.io", "quay.example.com:443", "localhost", "localhost:5000"],
    ...["quay:8443", "docker.io", "index.docker.io", "127.0.0.1:5000"],
    ...["[::1]:5000", "Quay.io"],
  ];
  assertEquals(hosts.filter((host) => !isRegistry(host)), []);
  const others = [
    ...["", "localhost:", "*", "*.quay.io", "quay", "quay.io:99999"],
    ...["https://quay.io", "quay.io/", "quay.io/team", "me@quay.io"],
    ...["quay.io?a", "quay.io#a", "quay.io ", "my_host.com", "quay.io:a"],
  ];
  assertEquals(others.filter((text) => isRegistry(text)), []);
});
