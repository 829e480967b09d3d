import { expect, test } from "vitest";
import { safetensorsIn } from "../../src/index.ts";
import { encodeSafetensors } from "../../src/safetensors/encode.ts";
import { caught } from "../helpers/caught.ts";
import { memorySource } from "../helpers/memory-source.ts";

test("reads the header and the tensor that is asked for, and nothing else", () => {
  const large = new Float32Array(100_000);
  const bytes = encodeSafetensors(
    new Map([
      ["large", { shape: [large.length], data: large }],
      ["small", { shape: [2], data: Float32Array.of(1, 2) }],
    ]),
  );
  const source = memorySource(bytes);
  const { readFloat32 } = safetensorsIn(source);
  expect(readFloat32("small")).toEqual(Float32Array.of(1, 2));
  expect(source.asked()).toBeLessThan(500);
});

test("gives arrays that are nobody else's, wherever the source's bytes lie", () => {
  const data = Float32Array.of(1, 2, 3);
  const file = encodeSafetensors(new Map([["w", { shape: [3], data }]]));
  const shifted = new Uint8Array(file.length + 1);
  shifted.set(file, 1); // no multiple of four
  const { readFloat32 } = safetensorsIn(memorySource(shifted.subarray(1)));
  readFloat32("w").fill(0);
  expect(readFloat32("w")).toEqual(data);
});

test("names the file and what is wrong with it", () => {
  const file = encodeSafetensors(new Map([["w", { shape: [2], data: new Float32Array(2) }]]));
  const open = (bytes: Uint8Array) => safetensorsIn(memorySource(bytes, "model.safetensors"));
  expect(caught(() => open(file.subarray(0, -4)))).toMatchObject({
    code: "E_SAFETENSORS",
    message: expect.stringContaining("model.safetensors: is cut short"),
  });
  expect(caught(() => open(file).readFloat32("v"))).toMatchObject({
    code: "E_TENSOR",
    message: 'model.safetensors: there is no tensor "v" among its 1',
  });
  const shrunk = { ...memorySource(file.subarray(0, 20), "model.safetensors"), byteLength: file.length };
  expect(caught(() => safetensorsIn(shrunk))).toMatchObject({
    code: "E_SAFETENSORS",
    message: "model.safetensors: was cut short while it was read, at byte 20",
  });
});
