import { describe, expect, test } from "vitest";
import { decodeText, encodings, pieceDecoder, type TextEncoding } from "../src/text-encoding.ts";

const decode = (bytes: Uint8Array, asked?: TextEncoding) => decodeText(bytes, "a.csv", asked, "--encoding");
const bigEndian = (text: string) => Buffer.from(text, "utf16le").swap16();
const text = "text,label\nß 中 😀,x\n";

describe("an encoding that is found", () => {
  test("UTF-8, with its mark or without, is nothing to say", () => {
    expect(decode(Buffer.from(text))).toEqual({ text });
    expect(decode(Buffer.from(`\uFEFF${text}`))).toEqual({ text });
    expect(decode(Buffer.from("a\0b"))).toEqual({ text: "a\0b" });
    expect(decode(Buffer.alloc(0))).toEqual({ text: "" });
  });
  test.each(["", "\uFEFF"])("UTF-16 with the mark %j", (mark) => {
    expect(decode(Buffer.from(mark + text, "utf16le"))).toEqual({ text, found: "UTF-16 LE" });
    expect(decode(bigEndian(mark + text))).toEqual({ text, found: "UTF-16 BE" });
  });
  test("Windows-1252, whose letters are Latin-1's", () => {
    const bytes = Buffer.from("Gr\xfc\xdfe, 5 \x80 \x96 \x93Z\xfcrich\x94\r\n\x1a", "latin1");
    expect(decode(bytes)).toEqual({ text: "Grüße, 5 € – “Zürich”\r\n\x1a", found: "Windows-1252" });
  });
});

test.each([
  ["tab", 0x09],
  ["line feed", 0x0a],
  ["vertical tab", 0x0b],
  ["form feed", 0x0c],
  ["carriage return", 0x0d],
  ["the end of a file of DOS", 0x1a],
])("Windows-1252 with a blank: %s", (_, byte) => {
  const bytes = Uint8Array.of(0x61, 0xe9, byte, 0x62);
  expect(decode(bytes)).toEqual({ text: `aé${String.fromCharCode(byte)}b`, found: "Windows-1252" });
});

test("Windows-1252 with a letter of the byte order mark of UTF-16", () => {
  expect(decode(Uint8Array.of(0x61, 0xff, 0x62))).toEqual({ text: "aÿb", found: "Windows-1252" });
  expect(decode(Uint8Array.of(0xfe, 0x61, 0x62))).toEqual({ text: "þab", found: "Windows-1252" });
});

test("one that is asked for is taken, whatever is found", () => {
  const bytes = Buffer.from("ü");
  expect(decode(bytes, "windows-1252")).toEqual({ text: "Ã¼" });
  expect(decode(Buffer.from(`\uFEFF${text}`, "utf16le"), "utf-16le")).toEqual({ text });
  expect(decode(Buffer.from(" ", "utf16le"), "utf-16be")).toEqual({ text: "\u2000" });
  expect(() => decode(Uint8Array.of(0xff), "utf-8")).toThrow("a.csv must be in UTF-8, got other bytes");
  expect(() => decode(Uint8Array.of(0x41), "utf-16le")).toThrow(
    "a.csv must be in UTF-16 LE, got other bytes",
  );
});

test("every byte has the character of Windows-1252", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  const characters = [...decode(bytes, "windows-1252").text];
  expect(characters).toHaveLength(256);
  expect(characters.slice(0x80, 0xa0).join("")).toBe("€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ");
  for (const i of [...Array(0x80).keys(), ...Array.from({ length: 0x60 }, (_, j) => 0xa0 + j)])
    expect(characters[i]).toBe(String.fromCharCode(i));
  expect(encodings).toHaveLength(4);
});

describe("what is refused", () => {
  test("UTF-8 that is damaged in a line, which would be read as Windows-1252 otherwise", () => {
    const bytes = Buffer.concat([Buffer.from("Grüße\nä\n"), Uint8Array.of(0xe9, 0x0a)]);
    expect(() => decode(bytes)).toThrow(
      "a.csv, line 3: must be in UTF-8 as the rest, got other bytes; --encoding names another encoding",
    );
  });
  test.each([
    [0x00, "00"],
    [0x81, "81"],
  ])("bytes that no text in Windows-1252 has: %i", (byte, shown) => {
    expect(() => decode(Uint8Array.of(0x61, 0xe9, 0x0a, byte))).toThrow(
      `a.csv must be text in UTF-8, UTF-16 or Windows-1252, got a byte 0x${shown}; --encoding names another`,
    );
  });
});

describe("a text in pieces", () => {
  /** Of every division into pieces of `size` bytes the same text. */
  const inPieces = (bytes: Uint8Array, size: number): string => {
    const decode = pieceDecoder("a.csv");
    const count = Math.ceil(bytes.length / size);
    const pieces = Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
    return [...pieces.map((piece) => decode(piece)), decode()].join("");
  };
  const latin1 = Buffer.from("rank,label\n4,M\xfcll\n8,\x93Caf\xe9\x94\n8,\xe9\xe9", "latin1");
  test.each([1, 2, 3, 5, 100])("has the encoding that the whole has, in pieces of %i bytes", (size) => {
    const cases = [
      Buffer.from(text),
      Buffer.from(`\uFEFF${text}`),
      Buffer.from(text, "utf16le"),
      Buffer.from(`\uFEFF${text}`, "utf16le"),
      bigEndian(text),
      latin1,
      Buffer.from("a"),
      Buffer.alloc(0),
    ];
    for (const bytes of cases) expect(inPieces(bytes, size)).toBe(decode(bytes).text);
  });
  test.each([
    ["UTF-8 that is damaged later", Buffer.concat([Buffer.from("Grüße\n"), Uint8Array.of(0xe9, 0x0a)])],
    ["bytes that no text has", Uint8Array.of(0x61, 0x61, 0x61, 0x61, 0xe9, 0x0a, 0x00)],
    ["half a character of UTF-16", Buffer.from("abc", "utf16le").subarray(0, 5)],
  ])("refuses %s", (_, bytes) => {
    for (const size of [1, 4, 100]) expect(() => inPieces(bytes, size)).toThrow("must be text in UTF-8");
  });
});
