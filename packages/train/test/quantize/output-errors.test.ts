import { float32, floats, onnxRuntime, referenceRuntime, type Tensor } from "@lorank/graph";
import { dequantize4bit, quantize4bit } from "@lorank/quant";
import { describe, expect, test } from "vitest";
import { noAdapter } from "../../src/adapter/shape.ts";
import { familyOf, type Head, randomBase, Transformer } from "../../src/index.ts";
import { measureOutputErrors } from "../../src/quantize/output-errors.ts";
import { transpose } from "../../src/quantize/quantize-linear.ts";
import { tinyConfig } from "../tiny.ts";

const task: Head = { kind: "classification", labels: 2 };
const configs = {
  llama: { ...tinyConfig, hidden_size: 32, head_dim: 8 },
  gpt2: {
    model_type: "gpt2",
    n_embd: 32,
    n_inner: 48,
    n_layer: 2,
    n_head: 4,
    vocab_size: 40,
    n_positions: 32,
  },
  bert: {
    model_type: "bert",
    hidden_size: 32,
    intermediate_size: 48,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    vocab_size: 40,
    max_position_embeddings: 32,
    type_vocab_size: 2,
    pad_token_id: 0,
  },
};
/** Of unlike lengths, so that there are pads. */
const texts = [[5, 9, 12, 30, 7], [8, 8, 21], Array.from({ length: 19 }, (_, i) => 1 + ((7 * i) % 38))];

function tinyBase(model: keyof typeof configs) {
  const family = familyOf(configs[model]);
  const head = family.head(task);
  return { family, head, weights: randomBase(family, head, 5) };
}

/** What the last block says of the real tokens. */
async function hiddenStates(
  { family, head }: ReturnType<typeof tinyBase>,
  parameters: ReadonlyMap<string, Tensor>,
) {
  const runtime = await onnxRuntime();
  const model = new Transformer({ family, head, runtime, adapter: noAdapter, parameters });
  const states: number[] = [];
  for (const text of texts) {
    const batch = { inputIds: Int32Array.from(text), lengths: [text.length], seq: text.length };
    states.push(...(await model.hiddenStates(batch)));
  }
  await model.dispose();
  return states;
}

describe("measureOutputErrors", () => {
  // The last block's output is linear in this weight alone: with another weight there it moves by (W − Ŵ) x.
  test.each([
    ["llama", "model.layers.1.mlp.down_proj", false],
    ["gpt2", "transformer.h.1.mlp.c_proj", true],
  ] as const)(
    "%s: the error of %s is what the model's own output moves by",
    async (model, path, transposed) => {
      const base = tinyBase(model);
      const name = `${path}.weight`;
      const stored = base.weights.get(name)!;
      const [rows, columns] = stored.shape as [number, number];
      const weight = transposed ? transpose(floats(stored), rows, columns) : floats(stored);
      const restored = dequantize4bit(quantize4bit(weight, { format: "nf4", blockSize: 32 }));
      const changed = float32(stored.shape, transposed ? transpose(restored, columns, rows) : restored);
      const nothing = float32(stored.shape, new Float32Array(weight.length));
      const states = await Promise.all(
        [stored, changed, nothing].map((tensor) =>
          hiddenStates(base, new Map([...base.weights, [name, tensor]])),
        ),
      );
      const [exact, off, without] = states as [number[], number[], number[]];
      const squares = (from: number[]): number =>
        exact.reduce((sum, value, i) => sum + (value - from[i]!) ** 2, 0);

      const runtime = await onnxRuntime();
      const errors = await measureOutputErrors({ base, runtime, texts, format: "nf4", blockSize: 32 });
      const { relativeError } = errors.find((error) => error.path === path)!;
      expect(relativeError / (squares(off) / squares(without))).toBeCloseTo(1, 4);
    },
  );

  test("the first layer's error is that of the formula, on the norm of its tokens' embeddings", async () => {
    const base = tinyBase("llama");
    const { hiddenSize: width } = base.family;
    const [table, gain, weight] = [
      "embed_tokens",
      "layers.0.input_layernorm",
      "layers.0.self_attn.k_proj",
    ].map((path) => floats(base.weights.get(`model.${path}.weight`)!)) as [
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    const restored = dequantize4bit(quantize4bit(weight, { format: "fp4" }));
    let [noise, signal] = [0, 0];
    for (const id of texts.flat()) {
      const row = table.subarray(id * width, (id + 1) * width);
      const rms = Math.sqrt(
        row.reduce((sum, value) => sum + value * value, 0) / width + tinyConfig.rms_norm_eps,
      );
      const x = row.map((value, i) => (value / rms) * gain[i]!);
      for (let start = 0; start < weight.length; start += width) {
        let [product, off] = [0, 0];
        for (let i = 0; i < width; i++) {
          product += weight[start + i]! * x[i]!;
          off += (weight[start + i]! - restored[start + i]!) * x[i]!;
        }
        signal += product ** 2;
        noise += off ** 2;
      }
    }
    const runtime = await onnxRuntime();
    const errors = await measureOutputErrors({ base, runtime, texts, format: "fp4" });
    const { relativeError } = errors.find(({ path }) => path === "model.layers.0.self_attn.k_proj")!;
    expect(relativeError / (noise / signal)).toBeCloseTo(1, 4);
  });

  test.each(["llama", "bert", "gpt2"] as const)(
    "%s: every layer, whatever the runtime, the company of a text and its pads",
    async (model) => {
      const base = tinyBase(model);
      const together = await measureOutputErrors({ base, runtime: await onnxRuntime(), texts });
      const reference = await measureOutputErrors({
        base,
        runtime: referenceRuntime(),
        texts: texts.toReversed(),
      });
      expect(together.map(({ path }) => path)).toEqual(
        [0, 1].flatMap((layer) =>
          base.family.linears.map(({ path }) => `${base.family.blockPath(layer)}.${path}`),
        ),
      );
      for (const [i, { path, relativeError }] of together.entries()) {
        expect(relativeError, path).toBeGreaterThan(1e-4);
        expect(relativeError, path).toBeLessThan(0.1);
        expect(relativeError / reference[i]!.relativeError, path).toBeCloseTo(1, 4);
      }
      // A text twice has the ratio that it has once.
      const once = await measureOutputErrors({ base, runtime: await onnxRuntime(), texts: [texts[0]!] });
      const twice = await measureOutputErrors({
        base,
        runtime: await onnxRuntime(),
        texts: [texts[0]!, texts[0]!],
      });
      once.forEach((error, i) => {
        expect(twice[i]!.relativeError / error.relativeError).toBeCloseTo(1, 4);
      });
    },
  );
});
