import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { joinedBytes } from "../../src/byte-source.ts";
import { readSafetensors } from "../../src/files/safetensors-file.ts";
import { writeSafetensors } from "../../src/files.ts";
import type { Float32Tensor } from "../../src/index.ts";
import { encodeSafetensors, safetensorsByteLength, safetensorsParts } from "../../src/safetensors/encode.ts";
import { parseSafetensorsHeader } from "../../src/safetensors/header.ts";
import type { ByteTensor } from "../../src/tensor.ts";
import { caught } from "../helpers/caught.ts";

const fixture = new URL("../fixtures/floats.safetensors", import.meta.url);
const vector = (...values: number[]): Float32Tensor => ({
  shape: [values.length],
  data: Float32Array.from(values),
});

function headerText(bytes: Uint8Array): string {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  return Buffer.from(bytes.subarray(8, 8 + length)).toString("utf8");
}

describe("encodeSafetensors", () => {
  test("writes the bytes that Python's safetensors writes for the same tensors", () => {
    // names such as "10", "9", "é", U+FF21 and U+1D400, whose order in UTF-16 is another
    const tensors = new Map([...readSafetensors(fixture.pathname)].toReversed());
    expect(Buffer.from(encodeSafetensors(tensors, { format: "pt" })).equals(readFileSync(fixture))).toBe(
      true,
    );
  });

  test("has bytes after floats, whatever their names", () => {
    const bytes = joinedBytes(
      safetensorsParts(
        new Map<string, Float32Tensor | ByteTensor>([
          ["a", { dtype: "U8", shape: [3], data: Uint8Array.of(1, 2, 3) }],
          ["b", vector(1)],
        ]),
      ),
    );
    expect(headerText(bytes)).toContain(
      '{"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[3],"data_offsets":[4,7]}}',
    );
    expect([...bytes.subarray(-7)]).toEqual([0, 0, 0x80, 0x3f, 1, 2, 3]);
  });

  test("spells the header out as the format's description does, padded to a multiple of eight", () => {
    const bytes = encodeSafetensors(new Map([["w", { shape: [1, 2], data: Float32Array.of(1, -1) }]]), {
      b: "2",
      a: "1",
    });
    const json = '{"__metadata__":{"a":"1","b":"2"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}';
    expect(headerText(bytes)).toBe(json.padEnd(Math.ceil(json.length / 8) * 8, " "));
    expect([...bytes.subarray(-8)]).toEqual([0, 0, 0x80, 0x3f, 0, 0, 0x80, 0xbf]);
  });

  test("gives the same bytes for any order of insertion", () => {
    const tensors: [string, Float32Tensor][] = [
      ["b", vector(2)],
      ["a", vector(1)],
      ["1", vector(3)],
    ];
    const bytes = encodeSafetensors(new Map(tensors));
    expect(encodeSafetensors(new Map(tensors.toReversed()))).toEqual(bytes);
    expect([...parseSafetensorsHeader(bytes, bytes.length).tensors.keys()]).toEqual(["1", "a", "b"]);
  });

  test("writes only the part of a buffer that a view shows", () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    expect(encodeSafetensors(new Map([["v", { shape: [2], data }]]))).toEqual(
      encodeSafetensors(new Map([["v", vector(1, 2)]])),
    );
  });

  test("an empty file has an empty header", () => {
    expect(headerText(encodeSafetensors(new Map()))).toBe("{}      ");
  });

  test("what it writes reads back, and its size is known beforehand", () => {
    const path = join(temporaryFolder(), "x.safetensors");
    const name = fc.string({ unit: "binary" }).filter((n) => n !== "__metadata__");
    const tensor = fc.array(fc.nat(4), { maxLength: 3 }).chain((shape) => {
      const length = shape.reduce((product, size) => product * size, 1);
      return fc.record({
        shape: fc.constant(shape),
        data: fc.float32Array({ minLength: length, maxLength: length }),
      });
    });
    const tensors = fc.array(fc.tuple(name, tensor), { maxLength: 5 }).map((entries) => new Map(entries));
    fc.assert(
      fc.property(tensors, fc.dictionary(fc.string(), fc.string({ unit: "binary" })), (given, metadata) => {
        const bytes = encodeSafetensors(given, metadata);
        writeFileSync(path, bytes); // without the fsync of writeSafetensors, three hundred times
        expect(bytes).toHaveLength(safetensorsByteLength(given, metadata));
        const header = parseSafetensorsHeader(bytes, bytes.length);
        expect(Object.entries(header.metadata).toSorted()).toEqual(Object.entries(metadata).toSorted());
        expect(readSafetensors(path)).toEqual(given);
      }),
      { numRuns: 300 },
    );
  });

  test("writeSafetensors puts these bytes into a file", () => {
    const path = join(temporaryFolder(), "x.safetensors");
    const tensors = new Map([["v", vector(1, 2)]]);
    writeSafetensors(path, tensors, { format: "pt" });
    expect(new Uint8Array(readFileSync(path))).toEqual(encodeSafetensors(tensors, { format: "pt" }));
  });

  test("names every tensor whose data do not have the length of its shape", () => {
    const tensors = new Map([
      ["a", { shape: [2, 2], data: new Float32Array(3) }],
      ["b", vector(1)],
      ["c", { shape: [], data: new Float32Array(0) }],
    ]);
    expect(caught(() => encodeSafetensors(tensors))).toMatchObject({
      code: "E_SAFETENSORS",
      message: 'tensor "a" must have 4 elements ([2,2]), got 3\ntensor "c" must have 1 elements ([]), got 0',
    });
  });

  test("refuses the name that the header needs for itself, and one that UTF-8 cannot write", () => {
    const tensors = new Map([
      ["__metadata__", vector(1)],
      ["\ud800", vector(1)],
    ]);
    expect(caught(() => encodeSafetensors(tensors)).message).toBe(
      'tensor name must be UTF-8 and not "__metadata__", got "__metadata__"\n' +
        'tensor name must be UTF-8 and not "__metadata__", got "\\u{d800}"',
    );
  });
});
