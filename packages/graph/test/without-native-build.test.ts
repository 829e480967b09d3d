import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runScript } from "./run-script.ts";

test("without a native build the processor is used through WebAssembly, and its reason is said", () => {
  const preload = fileURLToPath(new URL("./without-native-build.mjs", import.meta.url));
  const { stdout, stderr } = runScript("without-native-build.ts", "none", [], ["--import", preload]);
  expect(stderr).toBe("");
  const name = `@lorank/onnxruntime-${process.platform}-${process.arch}`;
  const reason = `${name} is not installed; npm install ${name} adds the native build`;
  const { devices, ...found } = JSON.parse(stdout);
  expect(found).toEqual({
    build: { kind: "wasm", version: "1.30.0", reason },
    installed: { kind: "wasm", version: "1.30.0", reason },
    chose: "wasm",
    why: expect.stringMatching(/^wasm: (this machine shows no GPU|no other device is used)/),
    test: expect.objectContaining({ passed: true }),
    native: { code: "E_RUNTIME_MISSING", message: reason },
    named: { code: "E_RUNTIME_MISSING", message: `${reason}\nDevice wasm works without it, more slowly.` },
  });
  // TensorFlow needs no ONNX Runtime.
  expect(devices.filter(({ device }: { device: string }) => device !== "tensorflow")).toEqual([]);
});
