import { expect, test } from "vitest";
import { browserBundle, runInBrowser, usesOfNode, wholeBundle } from "../../../scripts/browser-bundle.ts";

const root = new URL("../", import.meta.url);

test("the main entry bundles for a browser, without a module of Node's", async () => {
  const bundle = await wholeBundle("@lorank/checkpoint", root);
  expect(usesOfNode(bundle)).toEqual([]);
  expect(bundle.bytes).toBeLessThan(92_000); // 88 kB: formats, models, SHA-256, adapters and the SVD that truncates them
});

test("the subpath for files does not: this test could see it", async () => {
  await expect(wholeBundle("@lorank/checkpoint/files", root)).rejects.toThrow('Could not resolve "node:');
});

test("tensors, adapters and GGUFs are written and read where there is no Node", async () => {
  const bundle = await browserBundle(
    `
    import * as checkpoint from "@lorank/checkpoint";

    const matrix = (shape, ...data) => ({ shape, data: Float32Array.from(data) });

    export async function main() {
      const adapter = {
        rank: 1, alpha: 2, scalingRule: "lora", dropout: 0, dora: false, fanInFanOut: false, targetModules: ["q_proj"],
        taskType: null, baseModel: "base", heads: new Map(),
        layers: new Map([["model.q_proj", { loraA: matrix([1, 2], 1, 2), loraB: matrix([1, 1], 3), alpha: 2 }]]),
      };
      const files = checkpoint.peftAdapterFiles(adapter);
      const file = checkpoint.modelSource("adapter", files).open("adapter_model.safetensors");
      const { tensors, readFloat32 } = checkpoint.safetensorsIn(file);
      const read = new Map();
      for (const [name, { shape }] of tensors) read.set(name, { shape, data: readFloat32(name) });
      const again = checkpoint.parsePeftAdapter(files.get("adapter_config.json"), read);
      const { loraA, loraB } = again.layers.get("model.q_proj");
      const gguf = checkpoint.modelSource("a.gguf", new Map([["a.gguf", new Uint8Array(8)]]));
      let refusal;
      try {
        checkpoint.modelWeights(gguf);
      } catch ({ code }) {
        refusal = code;
      }
      return { rank: again.rank, loraA: [...loraA.data], loraB: [...loraB.data], refusal };
    }`,
    root,
  );
  expect(await runInBrowser(bundle)).toEqual({ rank: 1, loraA: [1, 2], loraB: [3], refusal: "E_GGUF" });
});
