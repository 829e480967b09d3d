import { float32, floats, type Runtime, referenceRuntime, type Tensor } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { dequantize4bit, quantize4bit } from "@lorank/quant";
import { describe, expect, test } from "vitest";
import { noAdapter } from "../../src/adapter/shape.ts";
import type { Base } from "../../src/base/base.ts";
import { randomBase } from "../../src/base/initial-weights.ts";
import { familyOf } from "../../src/families/families.ts";
import { measureOutputShares } from "../../src/quantize/output-shares.ts";
import { IGNORE_INDEX } from "../../src/transformer/batch.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { transpose } from "../../src/transpose.ts";
import { tinyConfig } from "../helpers/tiny.ts";

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
    initializer_range: 0.2,
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
    initializer_range: 0.2,
  },
};
type Model = keyof typeof configs;
type FloatBase = Omit<Base, "weights"> & { readonly weights: Map<string, Tensor> };
/** Token ids of texts of different lengths, so that there are pads. */
const texts = [[5, 9, 12, 30, 7], [8, 8, 21], Array.from({ length: 19 }, (_, i) => 1 + ((7 * i) % 38))];
const tokens = texts.flat().length;
const options = { format: "nf4", blockSize: 32 } as const;

function tinyBase(model: Model): FloatBase {
  const family = familyOf(configs[model]);
  const head = family.head(model === "bert" ? { kind: "classification", labels: 2 } : { kind: "causal-lm" });
  return { family, head, weights: randomBase(family, head, 5) };
}

/** The weight in 4 bits, stored as it was. */
function restored({ weights }: FloatBase, path: string, transposed: boolean): Tensor {
  const { shape, data } = weights.get(`${path}.weight`)!;
  const [rows, columns] = shape as [number, number];
  const lying = transposed ? transpose(data as Float32Array, rows, columns) : (data as Float32Array);
  const decoded = dequantize4bit(quantize4bit(lying, options));
  return float32(shape, transposed ? transpose(decoded, columns, rows) : decoded);
}

/** Weights W + t (Ŵ − W), each layer with its own t. */
function between(base: FloatBase, at: (path: string) => number): Map<string, Tensor> {
  const { family } = base;
  const changed = [0, 1].flatMap((layer) =>
    family.linears.map(({ path: own, transposed = false }) => {
      const path = `${family.blockPath(layer)}.${own}`;
      const weight = base.weights.get(`${path}.weight`)!;
      const to = floats(restored(base, path, transposed));
      const values = floats(weight).map((value, i) => value + at(path) * (to[i]! - value));
      return [`${path}.weight`, float32(weight.shape, values)] as const;
    }),
  );
  return new Map([...base.weights, ...changed]);
}

/** What a model says of each token: logits of the next one, or hidden states. */
async function outputs(
  { family, head }: FloatBase,
  runtime: Runtime,
  parameters: ReadonlyMap<string, Tensor>,
): Promise<Float32Array[]> {
  const model = new Transformer({ family, head, runtime, adapter: noAdapter, parameters });
  const rows: Float32Array[] = [];
  for (const text of texts) {
    const targets = new Int32Array(text.length).fill(IGNORE_INDEX);
    const batch = { inputIds: Int32Array.from(text), lengths: [text.length], seq: text.length, targets };
    const said =
      head.reads === "all" ? (await model.evaluate(batch)).logits : await model.hiddenStates(batch);
    const width = said.length / text.length;
    for (let row = 0; row < text.length; row++) rows.push(said.slice(row * width, (row + 1) * width));
  }
  await model.dispose();
  return rows;
}

/** By the formulas: KL(p₀ ‖ p) from logits, or ‖h − h₀‖² / ‖h₀‖², a token. */
function distance({ head }: FloatBase, from: readonly Float32Array[], to: readonly Float32Array[]): number {
  const each = from.map((row, i) => {
    const other = to[i]!;
    if (head.reads === "one")
      return (
        row.reduce((sum, value, j) => sum + (other[j]! - value) ** 2, 0) /
        row.reduce((sum, value) => sum + value ** 2, 0)
      );
    const logSum = (logits: Float32Array) =>
      Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit), 0));
    const [own, its] = [logSum(row), logSum(other)];
    return row.reduce((sum, logit, j) => sum + Math.exp(logit - own) * (logit - own - (other[j]! - its)), 0);
  });
  return each.reduce((sum, value) => sum + value, 0) / tokens;
}

describe.each(["llama", "gpt2", "bert"] as const)("measureOutputShares of a %s", (model) => {
  test("a share is the distance's slope halfway, along the change of that layer's weight", async () => {
    const base = tinyBase(model);
    const runtime = referenceRuntime(); // in float64: differences of distances are small
    const exact = await outputs(base, runtime, base.weights);
    const shares = await measureOutputShares({ base, runtime, texts, ...options });
    expect(shares.map(({ path }) => path)).toEqual(
      [0, 1].flatMap((layer) =>
        base.family.linears.map(({ path }) => `${base.family.blockPath(layer)}.${path}`),
      ),
    );
    const largest = Math.max(...shares.map(({ share }) => Math.abs(share)));
    const step = 0.1;
    for (const { path, share } of shares) {
      const [below, above] = await Promise.all(
        [-step, step].map(async (more) => {
          const weights = between(base, (each) => 0.5 + (each === path ? more : 0));
          return distance(base, exact, await outputs(base, runtime, weights));
        }),
      );
      const slope = (above! - below!) / (2 * step);
      expect(Math.abs(share - slope) / largest, path).toBeLessThan(2e-3);
    }
  });

  test("all shares together are about what the output is off by in 4 bits", async () => {
    const base = tinyBase(model);
    const runtime = await onnxRuntime();
    const shares = await measureOutputShares({ base, runtime, texts, ...options });
    const exact = await outputs(base, runtime, base.weights);
    const off = await outputs(
      base,
      runtime,
      between(base, () => 1),
    );
    const sum = shares.reduce((total, { share }) => total + share, 0);
    expect(sum / distance(base, exact, off)).toBeGreaterThan(0.9);
    expect(sum / distance(base, exact, off)).toBeLessThan(1.1);
  });

  test("whatever the runtime, the company of a text and its pads", async () => {
    const base = tinyBase(model);
    const runtime = await onnxRuntime();
    const together = await measureOutputShares({ base, runtime, texts });
    const reference = await measureOutputShares({
      base,
      runtime: referenceRuntime(),
      texts: texts.toReversed(),
    });
    const apart = await Promise.all(
      texts.map((text) => measureOutputShares({ base, runtime, texts: [text] })),
    );
    const largest = Math.max(...together.map(({ share }) => Math.abs(share)));
    for (const [i, { path, share }] of together.entries()) {
      expect(Math.abs(share - reference[i]!.share) / largest, path).toBeLessThan(1e-3);
      const mean = apart.reduce((sum, each, text) => sum + each[i]!.share * texts[text]!.length, 0) / tokens;
      expect(Math.abs(share - mean) / largest, path).toBeLessThan(1e-3);
    }
  });
});
