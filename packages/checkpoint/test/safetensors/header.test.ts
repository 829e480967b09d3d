import { describe, expect, test } from "vitest";
import { parseSafetensorsHeader, safetensorsHeaderLength } from "../../src/safetensors/header.ts";
import { caught } from "../helpers/caught.ts";
import { rawSafetensors } from "../helpers/raw-safetensors.ts";

const parse = (bytes: Uint8Array, fileSize = bytes.length) =>
  parseSafetensorsHeader(bytes, fileSize, "m.safetensors");
const f32 = (shape: unknown, begin: number, end: number) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

describe("parseSafetensorsHeader", () => {
  test("reads the example of the format's description", () => {
    const header =
      '{"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]},"__metadata__":{"foo":"bar"}}';
    const { metadata, tensors } = parse(rawSafetensors(header, 16));
    expect({ ...metadata }).toEqual({ foo: "bar" });
    expect([...tensors]).toEqual([
      ["test", { dtype: "I32", shape: [2, 2], byteOffset: 8 + header.length, byteLength: 16 }],
    ]);
  });

  test("orders tensors by their bytes, not by the header's order", () => {
    const file = rawSafetensors({ a: f32([1], 4, 8), 1: f32([0], 4, 4), b: f32([1], 0, 4) }, 8);
    expect([...parse(file).tensors.keys()]).toEqual(["b", "1", "a"]);
  });

  test("takes any name, __proto__ and constructor too, without touching a prototype", () => {
    const header =
      '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"constructor":{"dtype":"U8","shape":[],"data_offsets":[1,2]},"__metadata__":{"__proto__":"x"}}';
    const { metadata, tensors } = parse(rawSafetensors(header, 2));
    expect([...tensors.keys()]).toEqual(["__proto__", "constructor"]);
    expect(Object.entries(metadata)).toEqual([["__proto__", "x"]]);
    expect(({} as { dtype?: string }).dtype).toBeUndefined();
  });

  test("takes an empty header, padding, and a scalar", () => {
    expect(parse(rawSafetensors("{}   ")).tensors.size).toBe(0);
    expect(parse(rawSafetensors({ s: f32([], 0, 4) }, 4)).tensors.get("s")!.shape).toEqual([]);
  });

  test.each([
    [
      "a dtype of no known size",
      { a: { dtype: "F8_E4M3", shape: [1], data_offsets: [0, 1] } },
      'tensor "a" must have a dtype of F64, I64, F32, I32, F16, BF16, I16, I8, U8, BOOL, got "F8_E4M3"',
    ],
    [
      "a negative size",
      { a: f32([-1, -1], 0, 4) },
      'tensor "a" must have a shape of integers from 0, got [-1,-1]',
    ],
    ["a fraction", { a: f32([1.5], 0, 6) }, 'tensor "a" must have a shape of integers from 0, got [1.5]'],
    ["a size as text", { a: f32(["1"], 0, 4) }, 'tensor "a" must have a shape of integers from 0, got ["1"]'],
    [
      "a product past 2^53",
      { a: f32([2 ** 30, 2 ** 30], 0, 4) },
      'tensor "a" must have a size below 2^53 bytes, got shape [1073741824,1073741824]',
    ],
    [
      "offsets that contradict the shape",
      { a: f32([2], 0, 4) },
      'tensor "a" must have 8 bytes (F32 [2]), got data_offsets [0,4], which are 4',
    ],
    [
      "offsets in the wrong order",
      { a: f32([0], 4, 0) },
      'tensor "a" must have 0 bytes (F32 [0]), got data_offsets [4,0], which are -4',
    ],
    [
      "three offsets",
      { a: { dtype: "F32", shape: [1], data_offsets: [0, 2, 4] } },
      'tensor "a" must have data_offsets of two integers from 0, got [0,2,4]',
    ],
    [
      "no offsets",
      { a: { dtype: "F32", shape: [1] } },
      'tensor "a" must have data_offsets of two integers from 0, got nothing',
    ],
    ["an entry that is no object", { a: [] }, 'tensor "a" must be an object, got []'],
    ["metadata that are no text", { __metadata__: { n: 1 } }, '__metadata__ "n" must be a string, got 1'],
    ["metadata that are no object", { __metadata__: "pt" }, '__metadata__ must be an object, got "pt"'],
    [
      "a name that UTF-8 cannot write",
      '{"\\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      'tensor "\\u{d800}" must have a name that UTF-8 can write',
    ],
  ])("refuses %s", (_, header, problem) => {
    expect(caught(() => parse(rawSafetensors(header, 4)))).toMatchObject({
      code: "E_SAFETENSORS",
      message: `m.safetensors: header is broken:\n${problem}`,
    });
  });

  test("names all broken tensors at once", () => {
    const file = rawSafetensors({ a: f32([2], 0, 4), b: f32("x", 4, 8), c: f32([1], 8, 12) }, 12);
    expect(caught(() => parse(file)).message.split("\n")).toEqual([
      "m.safetensors: header is broken:",
      'tensor "a" must have 8 bytes (F32 [2]), got data_offsets [0,4], which are 4',
      'tensor "b" must have a shape of integers from 0, got "x"',
    ]);
  });

  test.each([
    [
      "a hole",
      { a: f32([1], 0, 4), b: f32([1], 8, 12) },
      12,
      /^m\.safetensors: tensor "b" must start where the one before it ends, at byte (\d+), got (\d+)$/,
    ],
    [
      "an overlap",
      { a: f32([2], 0, 8), b: f32([1], 4, 8) },
      8,
      /tensor "b" must start where the one before it ends/,
    ],
    ["one range under two names", { a: f32([1], 0, 4), b: f32([1], 0, 4) }, 4, /tensor "b" must start/],
    [
      "a gap before the first",
      { a: f32([1], 4, 8) },
      8,
      /tensor "a" must start where the one before it ends/,
    ],
    [
      "bytes after the last",
      { a: f32([1], 0, 4) },
      5,
      /must end with its last tensor, at byte \d+, got a file of \d+ bytes$/,
    ],
    ["an empty list with data", {}, 1, /must end with its last tensor, at byte 10, got a file of 11 bytes$/],
  ])("refuses %s", (_, header, data, message) => {
    expect(caught(() => parse(rawSafetensors(header, data))).message).toMatch(message);
  });

  test.each([
    [
      "a repeated tensor",
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      'm.safetensors: header must not repeat the key "a"',
    ],
    ["deep nesting", `{"a":${"[".repeat(100_000)}`, "m.safetensors: header must be nested at most 3 deep"],
    [
      "1.9 million entries",
      `{${Array.from({ length: 1_900_000 }, (_, i) => `"${i}":0`)}}`,
      "m.safetensors: header must have at most 100001 keys in one object",
    ],
    [
      "8 million empty arrays",
      `{"a":[[]${",[]".repeat(8_000_000)}]}`,
      "m.safetensors: header must have at most 300002 objects and arrays",
    ],
    [
      "12 million sizes",
      `{"a":{"shape":[0${",0".repeat(12_000_000)}]}}`,
      "m.safetensors: header must have at most 3000020 elements",
    ],
    [
      "white space before the brace",
      ' {"__metadata__":{}}',
      'm.safetensors: header must start with "{", got " "',
    ],
    ["a byte order mark", "\ufeff{}", 'm.safetensors: header must start with "{", got "\\u{feff}"'],
    ["nothing", "", 'm.safetensors: header must start with "{", got ""'],
  ])("refuses %s", (_, header, message) => {
    expect(caught(() => parse(rawSafetensors(header, 4))).message).toBe(message);
  });

  test("keeps escape sequences of a hostile name out of the message", () => {
    const { message } = caught(() => parse(rawSafetensors({ "\u001b[2J": [] })));
    expect(message).toContain('tensor "\\u{1b}[2J"');
  });

  test("refuses a part of the header", () => {
    const file = rawSafetensors({ a: f32([1], 0, 4) }, 4);
    expect(caught(() => parse(file.subarray(0, 20), file.length)).message).toBe(
      `m.safetensors: header must be given whole, ${file.length - 4} bytes, got 20`,
    );
  });
});

describe("safetensorsHeaderLength", () => {
  const announcing = (length: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(length);
    return new Uint8Array(bytes);
  };

  test("allows 25 MB and not one byte more, though the file were large enough", () => {
    expect(safetensorsHeaderLength(announcing(25_000_000n), 1e12)).toBe(25_000_000);
    expect(caught(() => safetensorsHeaderLength(announcing(25_000_001n), 1e12, "f")).message).toBe(
      "f: must have a header of at most 25000000 bytes, got 25000001\nIs this a safetensors file?",
    );
    expect(caught(() => safetensorsHeaderLength(announcing(2n ** 64n - 1n), 1e12)).message).toContain(
      "got 18446744073709551615",
    );
  });

  test("refuses a header that ends after the file", () => {
    expect(caught(() => safetensorsHeaderLength(announcing(93n), 100, "f")).message).toBe(
      "f: must hold its header, bytes 8 to 101, got a file of 100 bytes",
    );
    expect(safetensorsHeaderLength(announcing(92n), 100)).toBe(92);
  });
});
