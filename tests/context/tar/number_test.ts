import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { bytesOf } from "../../../lib/context/path.ts";
import { readNumber, writeNumber } from "../../../lib/context/tar/number.ts";
import { TarSyntaxError } from "../../../lib/context/tar/syntax_error.ts";

Deno.test("a number that was written is read again, whatever its size", () => {
  fc.assert(fc.property(
    fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.nat(0o7777777)),
    (value) => {
      const field = new Uint8Array(12).fill(0x55);
      writeNumber(field, value);
      assertEquals(readNumber(field), value);
    },
  ));
});

Deno.test("a number that fits is octal, as every reader knows it", () => {
  const field = new Uint8Array(8);
  writeNumber(field, 0o755);
  assertEquals(field, bytesOf("0000755\0"));
});

Deno.test("octal numbers are read with the padding of any writer", () => {
  for (
    const text of ["0000755\0", "   755 \0", "755\0\0\0\0\0", " \0 755 \0"]
  ) {
    assertEquals(readNumber(bytesOf(text)), 0o755, JSON.stringify(text));
  }
  assertEquals(readNumber(new Uint8Array(8)), 0);
});

Deno.test("what is not a number is refused", () => {
  for (const text of ["0000758\0", "0x00755\0", "75 5\0\0\0\0", "-000755\0"]) {
    assertThrows(() => readNumber(bytesOf(text)), TarSyntaxError);
  }
});

Deno.test("a number that is too large to count with is refused", () => {
  const field = new Uint8Array(12).fill(0xff);
  field[0] = 0x80;
  assertThrows(() => readNumber(field), TarSyntaxError, "too large");
});
