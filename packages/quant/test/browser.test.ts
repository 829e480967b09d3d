import { expect, test } from "vitest";
import { browserBundle, runInBrowser, usesOfNode, wholeBundle } from "../../../scripts/browser-bundle.ts";

const root = new URL("../", import.meta.url);

test("the package bundles for a browser, without a module of Node's", async () => {
  const bundle = await wholeBundle("@lorank/quant", root);
  expect(usesOfNode(bundle)).toEqual([]);
  expect(bundle.bytes).toBeLessThan(8_000); // 6.2 kB, of which InputError takes 0.3
  const checkpoint = await wholeBundle("@lorank/quant/checkpoint", root);
  expect(usesOfNode(checkpoint)).toEqual([]);
});

test("weights are quantised, stored, read and restored where there is no Node", async () => {
  const bundle = await browserBundle(
    `
    import * as quant from "@lorank/quant";
    import { quantizedTensors, readQuantized } from "@lorank/quant/checkpoint";

    export async function main() {
      const weights = Float32Array.from({ length: 64 * 96 }, (_, i) => Math.sin(i * i) / 50);
      const quantized = quant.quantize4bit(weights, { doubleQuant: true });
      const stored = quantizedTensors("w", quantized, { shape: [64, 96], dtype: "bfloat16" });
      const source = {
        tensors: new Map([...stored].map(([name, { dtype, bytes }]) => [name, { dtype, byteLength: bytes.length }])),
        readBytes: (name) => stored.get(name).bytes,
      };
      const read = readQuantized(source, "w");
      const restored = quant.dequantize4bit(read.quantized);
      return { shape: read.shape, dtype: read.dtype, error: quant.errorFigures(weights, restored).maximum };
    }`,
    root,
  );
  const { shape, dtype, error } = (await runInBrowser(bundle)) as Record<string, unknown>;
  expect({ shape, dtype }).toEqual({ shape: [64, 96], dtype: "bfloat16" });
  expect(error).toBeGreaterThan(0);
  expect(error).toBeLessThan(0.152 * 0.021); // 15.2% of a block's absmax of 0.02, and some for double quantisation
});
