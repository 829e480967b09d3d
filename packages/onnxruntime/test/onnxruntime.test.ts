import { InferenceSession } from "onnxruntime-common";
import { expect, test } from "vitest";
import { findNative, loadNative, loadWasm, nativePlatforms } from "../src/index.ts";

test("a platform without a native build is named", () => {
  expect(() => loadNative("sunos-x64")).toThrow("ONNX Runtime has no native build for sunos-x64");
});

test("a native build that is not installed comes with the command that adds it", () => {
  const foreign = nativePlatforms.find((name) => !name.startsWith(process.platform))!;
  expect(() => loadNative(foreign)).toThrow(
    new RegExp(`^@lorank/onnxruntime-${foreign} (is not installed; npm install |could not be loaded: )`),
  );
});

test("an absent native build is named without loading one, in the words of loading it", () => {
  expect(() => findNative("sunos-x64")).toThrow("ONNX Runtime has no native build for sunos-x64");
  const foreign = nativePlatforms.find((name) => !name.startsWith(process.platform))!;
  const name = `@lorank/onnxruntime-${foreign}`;
  expect(() => findNative(foreign)).toThrow(
    `${name} is not installed; npm install ${name} adds the native build`,
  );
});

test("the WebAssembly build registers its provider and has the threads of the first call", async () => {
  const ort = await loadWasm({ threads: 2 });
  expect(ort.env.wasm.numThreads).toBe(2);
  expect(ort.InferenceSession).toBe(InferenceSession);
  await expect(
    ort.InferenceSession.create(new Uint8Array(3), { executionProviders: ["wasm"] }),
  ).rejects.toThrow(/protobuf/i);
});
