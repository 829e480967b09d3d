import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { boundedCodecs, parquetRows } from "../src/parquet/file.ts";
import type { Chunk } from "../src/parquet/footer.ts";
import { checkDelta, forRuns, lengthAt } from "../src/parquet/numbers.ts";
import { checkPages } from "../src/parquet/pages.ts";

const fixture = (name: string) =>
  Uint8Array.from(
    readFileSync(fileURLToPath(new URL(`./fixtures/parquet/${name}.parquet`, import.meta.url))),
  );
const refusal = (bytes: Uint8Array) =>
  parquetRows("x", bytes).then(
    () => "read",
    (error: Error) => error.message.replace("x must be a Parquet file that can be read: ", ""),
  );
const withBytes = (name: string, at: number, ...bytes: number[]) => {
  const file = fixture(name);
  file.set(bytes, at);
  return file;
};

describe("a Parquet file that claims what it does not hold is refused before it is read", () => {
  // Offsets are of the fixtures as they are: a zigzag number is twice its value, 1 is -1.
  test.each<[string, number, number[], string]>([
    ["negative num_children", 303, [1], "num_children of messages must be 0 to 5, got -1"],
    ["children that there are not", 303, [4], "the schema must hold the children that it counts"],
    [
      "children that none counts",
      303,
      [0],
      "messages must have either a type or children, got undefined and 0",
    ],
    ["a run of 2^30 levels", 0x63, [0xfe, 0xff, 0xff, 0xff, 7], "byte 12 must be among the 12 of its part"],
  ])("%s", async (_, at, bytes, message) => {
    expect(await refusal(withBytes("conversations-none", at, ...bytes))).toContain(message);
  });
  test.each(["encodings-1", "encodings-2", "values", "labelled", "conversations-lz4"])(
    "%s with any byte changed is read or refused",
    async (name) => {
      const whole = fixture(name);
      const outcomes = new Set<string>();
      for (let at = 4; at < whole.length; at += 3) {
        const bytes = Uint8Array.from(whole);
        bytes[at] = bytes[at]! ^ 0xff;
        const outcome = await parquetRows("x", bytes).then(
          () => "read",
          ({ code }) => code as string,
        );
        outcomes.add(outcome);
      }
      expect([...outcomes].sort()).toEqual(["E_DATA", "read"]);
    },
  );
});

test("encodings of both page versions give the same rows", async () => {
  const [first, second] = await Promise.all(
    ["encodings-1", "encodings-2"].map((name) => parquetRows("x", fixture(name))),
  );
  expect(first).toEqual(second);
  expect(Object.fromEntries(first![0]!.values)).toEqual({
    text: "about cats",
    name: "ab",
    count: 1,
    real: 0.5,
    flag: true,
    price: 1.25,
    pairs: { a: 1 },
    lists: [[1, 2], []],
  });
});

test("an empty page is passed over in a column of single values, and refused in one of lists", () => {
  // A header in Thrift's compact protocol: kind, sizes, and of the data their number, encoding and levels' encodings.
  const page = (count: number): number[] => {
    const size = 2 * 4 * count;
    const data = [0x15, 2 * count, 0x15, 0, 0x15, 6, 0x15, 6, 0];
    return [0x15, 0, 0x15, size, 0x15, size, 0x2c, ...data, 0, ...Array(4 * count).fill(7)];
  };
  const check = (maxRepetition: number): void => {
    const leaf = { path: ["a"], element: { name: "a", type: "INT32" }, maxDefinition: 0, maxRepetition };
    const column = { num_values: 1n, codec: "UNCOMPRESSED" };
    const chunk = { leaf, column, rows: 1, bytes: Uint8Array.from([...page(0), ...page(1)]) };
    checkPages(chunk as unknown as Chunk, { cells: 100, bytes: 100 }, {});
  };
  expect(() => check(0)).not.toThrow();
  expect(() => check(1)).toThrow("num_values of a page of a must be 1, got 0");
});

test("a length is four bytes, the smallest first", () => {
  const bytes = Uint8Array.of(0xff, 1, 2, 3, 4);
  expect(lengthAt(bytes, 1, 2 ** 32)).toBe(0x04030201);
  expect(() => lengthAt(bytes, 1, 0x04030200)).toThrow("a length must be at most 67305984, got 67305985");
});

describe("forRuns", () => {
  const runs = (bytes: number[], width: number, count: number, most = 7): number[] => {
    const values: number[] = [];
    forRuns(Uint8Array.from(bytes), 0, width, count, most, (value, times) => {
      for (let i = 0; i < times; i++) values.push(value);
    });
    return values;
  };
  // Parquet's Encodings.md: 0 to 7 in three bits are 88 C6 FA.
  test("reads the specification's example", () => {
    expect(runs([3, 0x88, 0xc6, 0xfa], 3, 8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(runs([4, 5, 3, 0x88, 0xc6, 0xfa], 3, 6)).toEqual([5, 5, 0, 1, 2, 3]);
  });
  test.each<[number[], number, number, string]>([
    [[0xfe, 0xff, 0xff, 0xff, 7, 0], 3, 8, "the length of a run must be 0 to 8, got 1073741823"],
    [[0xff, 0xff, 0xff, 0xff, 0x0f], 0, 8, "the length of a run must be 0 to 1032, got 17179869176"],
    [[3, 0x88, 0xc6], 3, 8, "the bytes of a run must be 0 to 2, got 3"],
    [[4, 6], 3, 2, "a level or an index must be at most 5, got 6"],
    [[], 3, 2, "byte 0 must be among the 0 of its part"],
  ])("refuses %j", (bytes, width, count, message) => {
    expect(() => runs(bytes, width, count, 5)).toThrow(message);
  });
});

test.each<[number[], string]>([
  // blocks of 128 in four parts, 2 values, the first 0, smallest delta 0, four widths
  [[0x80, 1, 4, 2, 0, 0, 0, 0, 0, 0], "read"],
  [
    [0xff, 0xff, 0xff, 0xff, 0x0f, 4, 2, 0],
    "the size of a block of deltas must be 8 to 1048576, got 4294967295",
  ],
  [[0x80, 1, 0, 2, 0], "the parts of a block of deltas must be 1 to 16, got 0"],
  [[0x80, 1, 3, 2, 0], "the size of a part of deltas must be 1 to 128, got 5.333333333333333"],
  [[0x80, 1, 4, 3, 0], "the number of deltas must be 2, got 3"],
  [[0x80, 1, 4, 2, 0, 0, 255, 0, 0, 0], "the width of a delta must be 0 to 64, got 255"],
])("checkDelta of %j", (bytes, message) => {
  const outcome = () => {
    checkDelta(Uint8Array.from(bytes), 0, 2);
    return "read";
  };
  if (message === "read") expect(outcome()).toBe(message);
  else expect(outcome).toThrow(message);
});

test("checkDelta finds the second block behind the first one", () => {
  const header = [0x80, 1, 4, 0x82, 1, 0]; // as above, but 130 values: one and 129 deltas
  const blocks = (...widths: number[]) => Uint8Array.from([...header, 0, 0, 0, 0, 0, 0, ...widths]);
  expect(checkDelta(blocks(0, 0, 0, 0), 0, 130)).toBeUndefined();
  expect(() => checkDelta(blocks(255, 0, 0, 0), 0, 130)).toThrow(
    "the width of a delta must be 0 to 64, got 255",
  );
});

const codecs = await boundedCodecs(new Set(["ZSTD"]));

describe("boundedCodecs", () => {
  test("loads the package with WebAssembly for the codecs alone that need it", async () => {
    const names = async (...wanted: string[]) => Object.keys(await boundedCodecs(new Set(wanted))).sort();
    expect(await names("UNCOMPRESSED", "SNAPPY", "GZIP", "BROTLI")).toEqual(["BROTLI", "GZIP"]);
    expect(await names("LZ4_RAW")).toEqual(["BROTLI", "GZIP", "LZ4", "LZ4_RAW", "ZSTD"]);
  });
  test("a gzip bomb is cut off at the length of the page", () => {
    expect(() => codecs.GZIP!(gzipSync(new Uint8Array(10_000_000)), 1000)).toThrow("larger than 1000");
  });
  test("Hadoop's frame of LZ4 with a negative length does not turn the reader back", () => {
    const frame = Uint8Array.of(0, 0, 0, 0, 255, 255, 255, 248, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect(() => codecs.LZ4!(frame, 100)).toThrow("a page must unpack to 100 bytes, got ");
  });
  test("a Zstandard frame that says another length is refused before memory is taken", () => {
    // magic, a content size of four bytes, 2^31 - 1, and a last block of 131,072 equal bytes
    const frame = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xa0, 255, 255, 255, 127, 3, 0, 16, 65);
    expect(() => codecs.ZSTD!(frame, 100)).toThrow("a page must unpack to 100 bytes, got 2147483647");
  });
  test("blocks of a Zstandard frame without a length fill the page and no more", () => {
    // A window of 128 KiB, then 1,000 blocks of 131,072 equal bytes in four bytes each.
    const frame = new Uint8Array(6 + 4000);
    frame.set([0x28, 0xb5, 0x2f, 0xfd, 0, 0x38]);
    for (let i = 0; i < 1000; i++) frame.set([i === 999 ? 3 : 2, 0, 16, 65], 6 + 4 * i);
    expect(codecs.ZSTD!(frame, 100)).toHaveLength(100);
  });
});
