import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { openSafetensors } from "../../src/files.ts";
import { encodeSafetensors, parseSafetensors } from "../../src/index.ts";
import { fixture } from "../helpers/fixture.ts";
import { memorySource } from "../helpers/memory-source.ts";

test("gives what the file's own reader gives, of every dtype", async () => {
  const path = fixture("dtypes.safetensors");
  const parsed = await parseSafetensors(memorySource(readFileSync(path)));
  const file = openSafetensors(path);
  expect(parsed.tensors).toEqual(file.tensors);
  expect(parsed.metadata).toEqual(file.metadata);
  expect(parsed.tensors.size).toBeGreaterThan(8);
  for (const name of file.tensors.keys()) {
    expect(await parsed.readBytes(name)).toEqual(file.readBytes(name));
    const settled = async (read: () => unknown) => Promise.allSettled([(async () => read())()]);
    expect(await settled(() => parsed.readFloat32(name))).toEqual(
      await settled(() => file.readFloat32(name)),
    );
  }
  file.close();
});

test("reads the header and the tensor that is asked for, and nothing else", async () => {
  const large = new Float32Array(100_000);
  const bytes = encodeSafetensors(
    new Map([
      ["large", { shape: [large.length], data: large }],
      ["small", { shape: [2], data: Float32Array.of(1, 2) }],
    ]),
  );
  const source = memorySource(bytes);
  const { readFloat32 } = await parseSafetensors(source);
  expect(await readFloat32("small")).toEqual(Float32Array.of(1, 2));
  expect(source.asked()).toBeLessThan(500);
});

test("gives arrays that are nobody else's, wherever the source's bytes lie", async () => {
  const data = Float32Array.of(1, 2, 3);
  const file = encodeSafetensors(new Map([["w", { shape: [3], data }]]));
  const shifted = new Uint8Array(file.length + 1);
  shifted.set(file, 1); // no multiple of four
  const { readFloat32 } = await parseSafetensors(memorySource(shifted.subarray(1)));
  (await readFloat32("w")).fill(0);
  expect(await readFloat32("w")).toEqual(data);
});

test("names the file and what is wrong with it", async () => {
  const file = encodeSafetensors(new Map([["w", { shape: [2], data: new Float32Array(2) }]]));
  await expect(
    parseSafetensors(memorySource(file.subarray(0, -4)), "model.safetensors"),
  ).rejects.toMatchObject({
    code: "E_SAFETENSORS",
    message: expect.stringContaining("model.safetensors: is cut short"),
  });
  const { readFloat32 } = await parseSafetensors(memorySource(file), "model.safetensors");
  await expect(readFloat32("v")).rejects.toMatchObject({
    code: "E_TENSOR",
    message: 'model.safetensors: there is no tensor "v" among its 1',
  });
  const shrunk = { byteLength: file.length, read: memorySource(file.subarray(0, 20)).read };
  await expect(parseSafetensors(shrunk, "model.safetensors")).rejects.toMatchObject({
    code: "E_SAFETENSORS",
    message: "model.safetensors: was cut short while it was read, at byte 20",
  });
});
