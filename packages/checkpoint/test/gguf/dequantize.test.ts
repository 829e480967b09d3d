import { afterAll, describe, expect, test } from "vitest";
import { readSafetensors } from "../../src/files/safetensors-file.ts";
import { GGUF_DTYPES } from "../../src/gguf-types.ts";
import { caught } from "../helpers/caught.ts";
import { fixture } from "../helpers/fixture.ts";
import { openGguf } from "../helpers/open-gguf.ts";
import { ggufFile } from "../helpers/raw-gguf.ts";

// Written by gguf 0.19: a tensor named after its type, and gguf.quants.dequantize of it.
const file = openGguf(fixture("gguf/types.gguf"));
const expected = readSafetensors(fixture("gguf/types.safetensors"));

afterAll(() => file.close());

describe("dequantize", () => {
  test("is tested on every type that is read", () => {
    expect([...expected.keys()].sort()).toEqual([...GGUF_DTYPES].sort());
  });

  test.each(GGUF_DTYPES)("gives %s bit for bit as the Python package does", (type) => {
    const { shape, data } = expected.get(type)!;
    expect(file.tensors.get(type)).toMatchObject({ type, shape });
    const values = file.readFloat32(type);
    expect(values.length).toBe(shape.reduce((a, b) => a * b));
    expect(bits(values)).toEqual(bits(data));
  });

  test("gives a Q4_0 block by hand", () => {
    // d = 0.5 (0x3800); bytes 0x10, 0x32, …: low nibbles are elements 0 to 15, high ones 16 to 31, less 8, times d
    const block = Buffer.from([
      0x00,
      0x38,
      0x10,
      0x32,
      0x54,
      0x76,
      0x98,
      0xba,
      0xdc,
      0xfe,
      ...Buffer.alloc(8, 0x88),
    ]);
    const path = ggufFile({ tensors: [["w", { dimensions: [32], type: 2, data: block }]] });
    const one = openGguf(path);
    const values = [...one.readFloat32("w")];
    one.close();
    expect(values.slice(0, 9)).toEqual([-4, -3, -2, -1, 0, 1, 2, 3, 0]);
    expect(values.slice(16, 25)).toEqual([-3.5, -2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 0]);
  });

  test("refuses a double that float32 cannot hold", () => {
    const data = Buffer.alloc(8);
    data.writeDoubleLE(0.1);
    const one = openGguf(ggufFile({ tensors: [["w", { dimensions: [1], type: 28, data }]] }));
    const error = caught(() => one.readFloat32("w"));
    one.close();
    expect(error).toMatchObject({ code: "E_DTYPE" });
    expect(error.message).toContain("got 0.1 (F64) at element 0");
  });

  test("names the tensor and its type when that is known but not read", () => {
    const path = ggufFile({ tensors: [["w", { dimensions: [256], type: 10, data: Buffer.alloc(84) }]] });
    const one = openGguf(path);
    expect(caught(() => one.readFloat32("w"))).toMatchObject({
      code: "E_GGUF",
      message: `${path}: tensor "w" must be F32, F16, BF16, F64, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K, got Q2_K`,
    });
    expect(one.readBytes("w").length).toBe(84);
    one.close();
  });
});

function bits(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}
