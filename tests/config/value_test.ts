import { assertEquals, assertThrows } from "@std/assert";
import {
  choice,
  count,
  duration,
  flag,
  size,
  url,
} from "../../lib/config/value.ts";

Deno.test("size reads bytes and binary units", () => {
  assertEquals(size("0"), 0);
  assertEquals(size("67108864"), 67_108_864);
  assertEquals(size("64 MiB"), 67_108_864);
  assertEquals(size("2gib"), 2 ** 31);
  for (
    const wrong of ["", "-1", "1.5MiB", "64MB", "MiB", "1e3", "9".repeat(30)]
  ) {
    assertThrows(() => size(wrong), Error, "a size such as");
  }
});

Deno.test("count reads whole numbers above zero", () => {
  assertEquals(count("2000000"), 2_000_000);
  for (const wrong of ["", "0", "-1", "1.5", "1e3", "many"]) {
    assertThrows(() => count(wrong), Error, "a whole number above zero");
  }
});

Deno.test("duration reads milliseconds to hours, and never nothing", () => {
  assertEquals(duration("500ms"), 500);
  assertEquals(duration("30s"), 30_000);
  assertEquals(duration("10 m"), 600_000);
  assertEquals(duration("2H"), 7_200_000);
  for (const wrong of ["", "0s", "30", "-1s", "1d", "s"]) {
    assertThrows(() => duration(wrong), Error, "a duration such as");
  }
});

Deno.test("url accepts its protocols alone", () => {
  const parse = url("ws:", "wss:");
  assertEquals(parse("ws://quay:8787").host, "quay:8787");
  for (const wrong of ["quay:8787", "http://quay", "ws://", "ws:", "//quay"]) {
    assertThrows(() => parse(wrong), Error, "begins with ws:// or wss://");
  }
});

Deno.test("flag and choice take any case", () => {
  assertEquals([flag("TRUE"), flag("no"), flag("1")], [true, false, true]);
  assertThrows(() => flag("maybe"), Error, "true or false");
  assertEquals(choice("text", "json")("JSON"), "json");
  assertThrows(() => choice("text", "json")("xml"), Error, "text, json");
});
