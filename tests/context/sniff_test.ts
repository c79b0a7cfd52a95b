import { assertEquals } from "@std/assert";
import { bytesOf } from "../../lib/context/path.ts";
import { type PackageFormat, sniff } from "../../lib/context/sniff.ts";
import { packMade } from "./_support.ts";

function sniffText(text: string): PackageFormat {
  return sniff(new TextEncoder().encode(text));
}

for (
  const [command, expected] of Object.entries<PackageFormat>({
    "tar --format=v7 -cf - f": { kind: "tar" },
    "tar --format=gnu -cf - f": { kind: "tar" },
    "tar --format=pax -cf - f": { kind: "tar" },
    "tar -cf - -T /dev/null": { kind: "tar" },
    "tar -czf - f": { kind: "compressed", compression: "gzip" },
    "tar -cjf - f": { kind: "compressed", compression: "bzip2" },
    "tar -cJf - f": { kind: "compressed", compression: "xz" },
    "tar --zstd -cf - f": { kind: "compressed", compression: "zstd" },
    "zip -q - f": { kind: "zip" },
    "zip -q a.zip f; zip -qd a.zip f 2>/dev/null; cat a.zip": { kind: "zip" },
  })
) {
  Deno.test(`what \`${command}\` makes is known by its content`, async () => {
    assertEquals(sniff(await packMade("echo 1 > f", command)), expected);
  });
}

Deno.test("text may be a Dockerfile, and some text reads like one", () => {
  const likely = [
    "FROM scratch\n",
    "  from a",
    "# comment\n\n\t# more\nARG a=b\nFROM $a",
    "\ufeffFROM scratch",
    "# syntax=docker/dockerfile:1\r\nFROM scratch\r\n",
    "# ü\nFROM ü",
  ];
  for (const text of likely) {
    assertEquals(sniffText(text), { kind: "text", likely: true }, text);
  }
  const unlikely = ["Access denied", "FROMAGE", "RUN ls", "# FROM a", "\n \n"];
  for (const text of unlikely) {
    assertEquals(sniffText(text), { kind: "text", likely: false }, text);
  }
});

Deno.test("a web page is none, whatever it begins with", () => {
  const pages = [
    "<!DOCTYPE html><html>",
    "\n\n  <html>",
    "\ufeff<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
    "<!-- FROM scratch -->",
    '{"message": "Not Found"}',
    '["x"]',
  ];
  for (const page of pages) {
    assertEquals(sniffText(page), { kind: "document" }, page);
  }
});

Deno.test("anything else is unknown", () => {
  for (const bytes of ["\x7fELF\x02\x01\x01\0", "\xff\xfeF\0R\0", "GIF89a\0"]) {
    assertEquals(sniff(bytesOf(bytes)), { kind: "unknown" });
  }
  assertEquals(sniff(new Uint8Array(0)), { kind: "empty" });
});
