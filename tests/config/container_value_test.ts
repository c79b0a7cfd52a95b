import { assertEquals, assertThrows } from "@std/assert";
import { cpus, network, ulimits } from "../../lib/config/container_value.ts";

Deno.test("network takes names alone", () => {
  for (const name of ["none", "host", "bridge", "my_net.1-a"]) {
    assertEquals(network(name), name);
  }
  for (const wrong of ["", "a b", "container:x", "-a", "a/b"]) {
    assertThrows(() => network(wrong), Error, "a network's name");
  }
});

Deno.test("cpus reads decimals that the engine can count", () => {
  assertEquals([cpus("2"), cpus("1.5"), cpus("0.01")], [2, 1.5, 0.01]);
  for (const wrong of ["", "0", "0.001", "-1", ".5", "1e3", "1,5", "all"]) {
    assertThrows(() => cpus(wrong), Error, "a number of processors such as");
  }
});

Deno.test("ulimits reads soft and hard limits", () => {
  assertEquals(ulimits("nofile=1024:2048, nproc=512,core=-1"), [
    { name: "nofile", soft: 1024, hard: 2048 },
    { name: "nproc", soft: 512, hard: 512 },
    { name: "core", soft: -1, hard: -1 },
  ]);
  assertEquals(ulimits("core=0:-1"), [{ name: "core", soft: 0, hard: -1 }]);
});

Deno.test("ulimits says what is wrong with a limit", () => {
  const wrong: [string, string][] = [
    ["", "limits such as"],
    ["nofile", "limits such as"],
    ["nofile=", "limits such as"],
    ["nofile=1:2:3", "limits such as"],
    ["nofile=many", "limits such as"],
    ["nofiles=1", "limits of core"],
    ["nofile=2:1", "not above the hard one"],
    ["nofile=-1:5", "not above the hard one"],
    ["nofile=1,nofile=2", '"nofile" once'],
  ];
  for (const [text, message] of wrong) {
    assertThrows(() => ulimits(text), Error, message);
  }
});
