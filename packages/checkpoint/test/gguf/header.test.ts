import { closeSync, openSync, readdirSync, truncateSync, writeSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { caught } from "../helpers/caught.ts";
import { fixture } from "../helpers/fixture.ts";
import { openGguf } from "../helpers/open-gguf.ts";
import { array, bool, ggufFile, type RawGguf, rawGguf, text, texts, u32 } from "../helpers/raw-gguf.ts";

function opened(path: string) {
  const file = openGguf(path);
  file.close();
  return file;
}

/** The message without the path. */
function refusal(content: RawGguf | Uint8Array): string {
  const path = ggufFile(content);
  const error = caught(() => openGguf(path));
  expect(error.code).toBe("E_GGUF");
  expect(error.message.startsWith(`${path}: `)).toBe(true);
  return error.message.slice(path.length + 2);
}

describe("openGguf", () => {
  test("reads metadata of every type as the Python package wrote it", () => {
    const { metadata, version } = opened(fixture("gguf/types.gguf"));
    expect(version).toBe(3);
    const { "general.architecture": architecture, ...values } = Object.fromEntries(metadata);
    expect(architecture).toBe("types");
    expect(values).toEqual({
      "types.uint8": 255,
      "types.int8": -128,
      "types.uint16": 65535,
      "types.int16": -32768,
      "types.uint32": 2 ** 32 - 1,
      "types.int32": -(2 ** 31),
      "types.uint64": 2n ** 63n, // more than a number holds
      "types.int64": -(2 ** 40),
      "types.float32": 1e-5, // not 9.999999747378752e-06
      "types.float64": 0.1,
      "types.bool": true,
      "types.string": "é▁",
      "types.strings": ["", "a", "bc"],
      "types.int32s": Int32Array.of(3, -1),
      "types.bools": Uint8Array.of(1, 0),
    });
  });

  test("reads version 2 and a string longer than its window", () => {
    const long = "x".repeat(200_000);
    const { metadata } = opened(
      ggufFile({
        version: 2,
        metadata: [
          ["a", text(long)],
          ["b", u32(7)],
        ],
      }),
    );
    expect(metadata.get("a")).toBe(long);
    expect(metadata.get("b")).toBe(7);
  });

  test("turns the dimensions round and keeps a tensor's own bytes", () => {
    const data = Buffer.from(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);
    const file = openGguf(
      ggufFile({
        tensors: [
          ["a", { dimensions: [7] }],
          ["w", { dimensions: [3, 2], data }],
        ],
      }),
    );
    expect(file.tensors.get("w")).toMatchObject({ shape: [2, 3], byteLength: 24 });
    expect([...file.readFloat32("w")]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Buffer.from(file.readBytes("w"))).toEqual(data);
    expect(caught(() => file.readFloat32("v"))).toMatchObject({ code: "E_TENSOR" });
    file.close();
    expect(() => file.readFloat32("w")).toThrow("is closed");
  });

  test("accepts an alignment of 1 MiB, the most", () => {
    const { metadata } = opened(ggufFile({ metadata: [["general.alignment", u32(2 ** 20)]] }));
    expect(metadata.get("general.alignment")).toBe(2 ** 20);
  });

  test("keeps keys and tensors called __proto__ to themselves", () => {
    const file = opened(
      ggufFile({
        metadata: [["__proto__", text("polluted")]],
        tensors: [["__proto__", { dimensions: [1] }]],
      }),
    );
    expect(file.metadata.get("__proto__")).toBe("polluted");
    expect(file.tensors.has("__proto__")).toBe(true);
    expect(({} as { polluted?: string }).polluted).toBeUndefined();
  });

  test("names a file that is missing, or a folder", () => {
    const folder = temporaryFolder();
    expect(caught(() => openGguf(join(folder, "a.gguf")))).toMatchObject({
      code: "E_FILE",
      message: `${join(folder, "a.gguf")} must be a readable file, got ENOENT`,
    });
    expect(caught(() => openGguf(folder)).code).toBe("E_FILE");
  });

  test.each<[lie: string, content: RawGguf | Uint8Array, message: string]>([
    [
      "another format",
      Buffer.from("PK\u0003\u0004 and more"),
      'must start with "GGUF", got 0x04034b50\nIs this a GGUF file?',
    ],
    ["an empty file", Buffer.alloc(0), "is cut short: magic must have 4 bytes, got 0"],
    ["version 1", { version: 1 }, "version must be 2 or 3, got 1"],
    [
      "the bytes of a big-endian machine",
      { version: 3 << 24 },
      "version must be 2 or 3, got 50331648\nThe file is for big-endian machines.",
    ],
    ["too many tensors", { tensorCount: 100_001 }, "tensor count must be at most 100000, got 100001"],
    [
      "more tensors than bytes",
      { tensorCount: 90_000 },
      "tensor count must be at most 0, as many as fit into the 16 bytes left for the header, got 90000",
    ],
    ["too many keys", { keyCount: 2n ** 63n }, "key count must be at most 100000, got 9223372036854775808"],
    [
      "more keys than bytes",
      { keyCount: 99_999 },
      "key count must be at most 0, as many as fit into the 8 bytes left for the header, got 99999",
    ],
    [
      "a key twice",
      {
        metadata: [
          ["a", u32(1)],
          ["a", u32(2)],
        ],
      },
      'keys must differ, got "a" twice',
    ],
    [
      "a string longer than the file",
      { metadata: [["a", { type: 8, bytes: Buffer.from([0x80, 0x96, 0x98, 0, 0, 0, 0, 0]) }]] },
      'length of "a" must be at most 19, as many as fit into the 19 bytes left for the header, got 10000000',
    ],
    [
      "a string longer than any",
      { metadata: [["a", { type: 8, bytes: Buffer.alloc(8, 0xff) }]] },
      'length of "a" must be at most 10000000, got 18446744073709551615',
    ],
    [
      "a string that is not UTF-8",
      { metadata: [["a", text(Buffer.of(0xff))]] },
      '"a" must be UTF-8, got bytes that are not UTF-8',
    ],
    ["a boolean of 2", { metadata: [["a", bool(2)]] }, '"a" must be a boolean, 0 or 1, got 2'],
    [
      "a type of value that is not known",
      { metadata: [["a", { type: 13, bytes: Buffer.alloc(8) }]] },
      'type of "a" must be one of 0 to 12, got 13',
    ],
    [
      "an array of arrays",
      { metadata: [["a", array(9, Buffer.alloc(8), 1)]] },
      'element type of "a" must be one of 0 to 8 or 10 to 12, got 9',
    ],
    [
      "an array of too many",
      { metadata: [["a", array(0, Buffer.alloc(0), 1_000_001)]] },
      'element count of "a" must be at most 1000000, got 1000001',
    ],
    [
      "an array longer than the file",
      { metadata: [["a", array(12, Buffer.alloc(0), 1_000_000)]] },
      'element count of "a" must be at most 1, as many as fit into the 15 bytes left for the header, got 1000000',
    ],
    [
      "an alignment of 48",
      { metadata: [["general.alignment", u32(48)]] },
      "general.alignment must be a power of two up to 1048576, got 48",
    ],
    [
      "an alignment of 2 MiB",
      { metadata: [["general.alignment", u32(2 ** 21)]] },
      "general.alignment must be a power of two up to 1048576, got 2097152",
    ],
    [
      "five dimensions",
      { tensors: [["w", { dimensions: [1, 1, 1, 1, 1] }]] },
      'tensor "w" must have at most 4 dimensions, got 5',
    ],
    [
      "a dimension of 0",
      { tensors: [["w", { dimensions: [4, 0] }]] },
      'tensor "w" must have dimensions from 1, got 4 x 0',
    ],
    [
      "a type of tensor that is not known",
      { tensors: [["w", { dimensions: [4], type: 99 }]] },
      'tensor "w" must have a type that is known, got 99',
    ],
    [
      "a row that is no whole number of blocks",
      { tensors: [["w", { dimensions: [48], type: 8, data: Buffer.alloc(64) }]] },
      'tensor "w" must have rows of a multiple of 32 for Q8_0, got 48',
    ],
    [
      "a product that overflows 64 bits",
      { tensors: [["w", { dimensions: [2n ** 32n, 2n ** 32n], data: Buffer.alloc(0) }]] },
      'tensor "w" must fit into the file\'s 96 bytes, got 73786976294838206464 (F32 4294967296 x 4294967296)',
    ],
    [
      "an offset that is not aligned",
      { tensors: [["w", { dimensions: [4], offset: 4 }]] },
      'tensor "w" must start at a multiple of 32, the alignment, got 4',
    ],
    [
      "an offset beyond the file",
      { tensors: [["w", { dimensions: [4], offset: 2n ** 62n }]] },
      'tensor "w" must start in the file\'s 96 bytes, got offset 4611686018427387904',
    ],
    [
      "tensors that overlap",
      {
        tensors: [
          ["v", { dimensions: [16] }],
          ["w", { dimensions: [16], offset: 32 }],
        ],
      },
      'tensor "w" must start behind "v", at byte 160 or later, got 128',
    ],
    [
      "one name twice",
      {
        tensors: [
          ["w", { dimensions: [1] }],
          ["w", { dimensions: [1] }],
        ],
      },
      'tensors must have names of their own, got "w" twice',
    ],
    [
      "a tensor that the file is too short for",
      rawGguf({ tensors: [["w", { dimensions: [24] }]] }).subarray(0, -8),
      'is cut short: tensor "w" must end at byte 160, got a file of 152 bytes',
    ],
  ])("refuses %s in one sentence", (_, content, message) => {
    expect(refusal(content)).toBe(message);
  });

  test("refuses every cut of a file", () => {
    const whole = rawGguf({ metadata: [["a", texts(["x", "y"])]], tensors: [["w", { dimensions: [8] }]] });
    for (let length = 0; length < whole.length; length++) refusal(whole.subarray(0, length));
  });

  test("stops in a header that would go on for more than 64 MB", () => {
    // A sparse file: 7 arrays of 8 MB each fit, the next does not, whatever the file's size.
    const path = join(temporaryFolder(), "model.gguf");
    const names = Array.from({ length: 20 }, (_, i) => `a${i}`);
    const empty = names.map((name) => rawGguf({ metadata: [[name, array(12, Buffer.alloc(0), 1_000_000)]] }));
    const keys = empty.map((bytes) => bytes.subarray(24, 24 + 8 + bytes.readUInt32LE(24) + 16));
    const start = rawGguf({ keyCount: 20 }).subarray(0, 24);
    const descriptor = openSync(path, "w");
    writeSync(descriptor, start, 0, 24, 0);
    let at = 24;
    for (const key of keys) {
      writeSync(descriptor, key, 0, key.length, at);
      at += key.length + 8_000_000;
    }
    closeSync(descriptor);
    truncateSync(path, at);
    expect(caught(() => openGguf(path)).message).toBe(
      `${path}: element count of "a7" must be at most 999971, as many as fit into the 7999768 bytes left for the header, got 1000000`,
    );
  });

  test("counts the strings of all arrays together", () => {
    const empty = array(8, Buffer.alloc(8 * 1_000_000), 1_000_000);
    const metadata = ["a", "b", "c"].map((key) => [key, empty] as const);
    expect(refusal({ metadata })).toBe("arrays must have at most 2000000 strings in all, got more");
  });

  test("gives the file back after a refusal", ({ skip }) => {
    if (process.platform !== "linux") skip("counts open files in /proc");
    const open = () => readdirSync("/proc/self/fd").length;
    const path = ggufFile({ version: 1 });
    const before = open();
    for (let i = 0; i < 20; i++) caught(() => openGguf(path));
    expect(open()).toBe(before);
  });
});
