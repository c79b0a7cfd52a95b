import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parsePax, paxRecord } from "../../../lib/context/tar/pax.ts";
import { TarSyntaxError } from "../../../lib/context/tar/syntax_error.ts";

Deno.test("PAX records that were written are read again", () => {
  const key = fc.stringMatching(/^[a-zA-Z.]{1,20}$/);
  const value = fc.string({ unit: "binary-ascii", maxLength: 1200 });
  fc.assert(fc.property(
    fc.array(fc.tuple(key, value), { maxLength: 5 }),
    (pairs) => {
      const records = pairs.map(([key, value]) => paxRecord(key, value));
      const body = records.map(({ raw }) => raw).join("");
      assertEquals(parsePax(body), records);
    },
  ));
});

Deno.test("the length of a PAX record counts its own digits", () => {
  assertEquals(paxRecord("path", "a").raw, "9 path=a\n");
  assertEquals(paxRecord("path", "").raw, "8 path=\n");
  for (let length = 85; length < 105; length++) {
    const { raw } = paxRecord("k", "v".repeat(length));
    assertEquals(raw.length, Number.parseInt(raw));
  }
});

Deno.test("PAX headers that are not well-formed are refused", () => {
  const bodies = [
    "8 path=a\n",
    "11 path=a\n",
    "9 path=ab",
    "path=a\n",
    "-1 path=a\n",
    "99999999999999 path=a\n",
    "5 =a\n",
    "7 path\n",
    "9 path=a\n0",
    " 9 path=a\n",
    "0 a=b\n",
  ];
  for (const body of bodies) {
    assertThrows(() => parsePax(body), TarSyntaxError, "PAX", body);
  }
});
