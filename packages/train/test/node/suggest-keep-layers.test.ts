import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openModelWeights, writeSafetensors } from "@lorank/checkpoint/files";
import { float32, floats, type Tensor } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { dequantize4bit, quantize4bit } from "@lorank/quant";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { noAdapter } from "../../src/adapter/shape.ts";
import { randomBase } from "../../src/base/initial-weights.ts";
import { familyOf } from "../../src/families/families.ts";
import { suggestKeepLayers } from "../../src/node/suggest-keep-layers.ts";
import { quantizeModel } from "../../src/quantize/quantize-model.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { tinyConfig } from "../helpers/tiny.ts";

const packages = fileURLToPath(new URL("../../..", import.meta.url));
const model = join(packages, "starter/model");
const gguf = join(packages, "checkpoint/test/fixtures/gguf/families/llama.gguf");
const texts = [
  [5, 9, 12, 30, 7],
  [8, 8, 21],
];

/** The fixture's weights are 0, 1, 2, …: no model that would be unsure of a token. All are float32, at the file's end. */
function withSmallNumbers(file: string): string {
  const folder = mkdtempSync(join(tmpdir(), "lorank-train-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const bytes = readFileSync(file);
  const weights = openModelWeights(file);
  const size = [...weights.tensors.values()].reduce((sum, { byteLength }) => sum + byteLength, 0);
  weights.close();
  for (let at = bytes.length - size; at < bytes.length; at += 4)
    bytes.writeFloatLE(Math.sin(bytes.readFloatLE(at) ** 2), at);
  writeFileSync(join(folder, "small.gguf"), bytes);
  return join(folder, "small.gguf");
}

/** Writes the model and returns its bytes. */
function written(options: Omit<Parameters<typeof quantizeModel>[0], "out">): number {
  const folder = mkdtempSync(join(tmpdir(), "lorank-train-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return quantizeModel({ ...options, out: join(folder, "out") }).bytes;
}

describe("suggestKeepLayers", () => {
  test.each([
    ["a folder", { model }, 500_000, "next-token"],
    ["a folder in another type", { model, dtype: "F16" as const, doubleQuant: true }, 500_000, "next-token"],
    ["a GGUF", { model: withSmallNumbers(gguf) }, 4000, "next-token"],
  ])(
    "of %s: what it foretells is what is written, and the budget is kept",
    async (_, options, more, what) => {
      const runtime = await onnxRuntime();
      const all4bit = written(options);
      const budgetBytes = all4bit + more;
      const { plan, shares, measure, keepLayers } = await suggestKeepLayers({
        ...options,
        runtime,
        texts,
        budgetBytes,
      });
      expect(measure).toBe(what);
      expect(plan.kept.length).toBeGreaterThan(0);
      expect(plan.kept.length).toBeLessThan(shares.length);
      const bytes = written({ ...options, keepLayers });
      expect(bytes).toBeLessThanOrEqual(budgetBytes);
      // The quant state of a layer may name a type that is a letter shorter.
      expect(plan.bytes - bytes).toBeGreaterThanOrEqual(0);
      expect(plan.bytes - bytes).toBeLessThanOrEqual(shares.length);
    },
  );

  test("names whole blocks by number, and what was to be kept in any case is kept", async () => {
    const runtime = await onnxRuntime();
    const keepLayers = [1, "0.mlp.down_proj"];
    const budgetBytes = written({ model, keepLayers }) + 28; // a byte a layer, see above
    const { plan, shares, ...rest } = await suggestKeepLayers({
      model,
      runtime,
      texts,
      budgetBytes,
      keepLayers,
    });
    expect(rest.keepLayers).toEqual(["0.mlp.down_proj", 1]);
    expect(plan.kept).toEqual([]);
    expect(shares).toHaveLength(28);
  });

  test("refuses a budget that no quantisation meets, and one that needs none", async () => {
    const runtime = await onnxRuntime();
    for (const [budgetBytes, rule] of [
      [1000, "at least the 40"],
      [9_640_704, "below the 9640704 bytes of the model as it is"],
    ] as const)
      await expect(suggestKeepLayers({ model, runtime, texts, budgetBytes })).rejects.toMatchObject({
        code: "E_BUDGET",
        message: expect.stringContaining(`budget must be ${rule}`),
      });
  });
});

/** A tiny Llama with weights of the blocks, by their paths, that are made from those drawn. */
function modelWith(change: (path: string, weight: Float32Array) => Float32Array) {
  const family = familyOf(tinyConfig);
  const drawn = randomBase(family, family.head({ kind: "causal-lm" }), 11);
  const weights = new Map(
    [...drawn].map(([name, { shape, data }]) => {
      const path = /^model\.layers\.(.*_proj)\.weight$/.exec(name)?.[1];
      const values = data as Float32Array;
      return [name, float32(shape, path === undefined ? values : change(path, values))] as const;
    }),
  );
  const folder = mkdtempSync(join(tmpdir(), "lorank-train-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "config.json"), JSON.stringify(tinyConfig));
  const stored = [...weights].map(
    ([name, tensor]) => [name, { shape: tensor.shape, data: floats(tensor) }] as const,
  );
  writeSafetensors(join(folder, "model.safetensors"), new Map(stored));
  return { family, weights, folder };
}

const sentences = Array.from({ length: 12 }, (_, text) =>
  Array.from({ length: 6 + text }, (_, i) => 1 + ((7 * i + 5 * text * text + i * i * text) % 38)),
);

describe("which layers it keeps", () => {
  // ±0.2 alone is exact in 4 bits. Of the two layers that are not, the small one's output is as far off and matters not.
  test.each(["0.mlp.down_proj", "1.mlp.up_proj", "1.self_attn.o_proj"])(
    "%s and not a smaller layer that hardly matters",
    async (layer) => {
      const small = "1.self_attn.k_proj";
      const { folder } = modelWith((path, weight) => {
        if (path === small) return weight.map((value) => value / 1000);
        return path === layer ? weight : weight.map((value) => 0.2 * Math.sign(value));
      });
      const size = layer.endsWith("o_proj") ? 16 * 16 : 16 * 24;
      const { plan, shares } = await suggestKeepLayers({
        model: folder,
        runtime: await onnxRuntime(),
        texts: sentences,
        budgetBytes: written({ model: folder }) + 14 + 4 * size, // room for one of the two
      });
      const share = (path: string) => shares.find((each) => each.path === `model.layers.${path}`)!.share;
      expect(plan.kept.map(({ path }) => path)).toEqual([`model.layers.${layer}`]);
      expect(Math.abs(share(small))).toBeLessThan(share(layer) / 1000);
      expect(share("0.self_attn.q_proj")).toBe(0);
    },
  );

  test("first those that cost most when they are in 4 bits alone", async () => {
    const factors: Readonly<Record<string, number>> = {
      "0.mlp.down_proj": 4,
      "1.self_attn.o_proj": 2,
      "0.self_attn.k_proj": 0.1,
      "1.mlp.up_proj": 0.5,
    };
    const { folder, family, weights } = modelWith((path, weight) =>
      weight.map((value) => (factors[path] ?? 1) * value),
    );
    const runtime = await onnxRuntime();
    const { shares } = await suggestKeepLayers({
      model: folder,
      runtime,
      texts: sentences,
      budgetBytes: written({ model: folder }) + 100,
    });
    const parameters = new Map<string, Tensor>(weights);
    const head = family.head({ kind: "causal-lm" });
    const model = new Transformer({ family, head, runtime, adapter: noAdapter, parameters });
    const said = async (): Promise<Float32Array[]> => {
      const logits: Float32Array[] = [];
      for (const ids of sentences) {
        const inputIds = Int32Array.from(ids);
        const batch = { inputIds, lengths: [ids.length], seq: ids.length, targets: inputIds };
        logits.push((await model.evaluate(batch)).logits);
      }
      return logits;
    };
    const exact = await said();
    const alone = new Map<string, number>();
    for (const { path } of shares) {
      const weight = weights.get(`${path}.weight`)!;
      const decoded = dequantize4bit(quantize4bit(floats(weight), { format: "nf4" }));
      parameters.set(`${path}.weight`, float32(weight.shape, decoded));
      alone.set(path, divergence(exact, await said(), family.vocabSize));
      parameters.set(`${path}.weight`, weight);
    }
    await model.dispose();
    const byShare = shares.toSorted((a, b) => b.share - a.share).map(({ path }) => path);
    const byForce = [...alone].toSorted(([, a], [, b]) => b - a).map(([path]) => path);
    expect(byShare.slice(0, 5)).toEqual(byForce.slice(0, 5));
    for (const { path, share } of shares.filter(({ path }) => byForce.indexOf(path) < 5))
      expect(Math.abs(share / (alone.get(path)! / sentences.flat().length) - 1), path).toBeLessThan(0.35);
  });
});

/** Σ KL(p₀ ‖ p) over rows of `width` logits. */
function divergence(from: readonly Float32Array[], to: readonly Float32Array[], width: number): number {
  const logProbabilities = (logits: Float32Array, row: number): Float32Array => {
    const own = logits.subarray(row * width, (row + 1) * width);
    const sum = Math.log(own.reduce((total, logit) => total + Math.exp(logit), 0));
    return own.map((logit) => logit - sum);
  };
  return from.reduce((total, logits, text) => {
    for (let row = 0; row < logits.length / width; row++) {
      const [p, q] = [logProbabilities(logits, row), logProbabilities(to[text]!, row)];
      total += p.reduce((sum, value, i) => sum + Math.exp(value) * (value - q[i]!), 0);
    }
    return total;
  }, 0);
}
