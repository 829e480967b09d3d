import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { modelConfig, modelWeights, type PeftAdapter } from "@lorank/checkpoint";
import { mergeAdapter, modelAt } from "@lorank/checkpoint/files";
import { modelShapeFromConfig } from "@lorank/core/models";
import type { BaseQuantization } from "@lorank/evidence/results";
import { onnxRuntime } from "@lorank/graph/devices";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { familyAdapter } from "../../../checkpoint/test/helpers/families.ts";
import { fromPeftAdapter } from "../../src/adapter/peft.ts";
import { readBase } from "../../src/base/base.ts";
import { dequantizedWeights } from "../../src/quantize/dequantized-weights.ts";
import { IGNORE_INDEX } from "../../src/transformer/batch.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { largestDifference } from "../helpers/parity.ts";

const saved = (name: string): string =>
  fileURLToPath(new URL(`../../../quant/test/fixtures/checkpoints/${name}`, import.meta.url));
const runtime = await onnxRuntime({ threads: 1 });
const nf4: BaseQuantization = { format: "nf4", blockSize: 64 };

async function logits(
  path: string,
  adapter?: PeftAdapter,
  quantization?: BaseQuantization,
): Promise<Float32Array> {
  const { family, head, weights } = readBase(modelAt(path), { kind: "causal-lm" }, quantization);
  const loaded = adapter && fromPeftAdapter(head, adapter);
  const model = new Transformer({
    family,
    head,
    runtime,
    adapter: loaded?.shape,
    parameters: new Map([...weights, ...(loaded?.parameters ?? [])]),
  });
  const inputIds = Int32Array.of(3, 1, 4, 1, 5, 9, 2, 6);
  const seq = inputIds.length;
  const targets = new Int32Array(seq).fill(IGNORE_INDEX);
  const run = await model.evaluate({ inputIds, lengths: [seq], seq, targets });
  return run.logits!;
}

test.each<[string, string, BaseQuantization | undefined]>([
  ["a Llama in bitsandbytes' double NF4", "llama/nf4-double", undefined],
  ["a GPT-2 in FP4, whose Conv1D weights turn back", "gpt2/fp4", undefined],
  ["a Llama in 32 bits that was NF4 in training", "llama/float", nf4],
  ["a GPT-2 in 32 bits that was NF4 in training", "gpt2/float", nf4],
])("merged into it, an adapter makes of %s what it was trained to", async (_, name, quantization) => {
  const base = saved(name);
  const { config } = modelConfig(modelAt(base));
  const adapter = familyAdapter(modelShapeFromConfig(config), 2, 2, (k, i) => 0.1 * Math.sin(100 * k + i));
  const folder = temporaryFolder();
  const out = join(folder, "merged");
  const readThrough = (source: ReturnType<typeof modelWeights>) =>
    dequantizedWeights(source, config, quantization);
  mergeAdapter({ base, adapter, out, dtype: "F32", readThrough });

  const [trained, merged, original] = [
    await logits(base, adapter, quantization),
    await logits(out),
    await logits(saved(`${name.split("/")[0]}/float`), adapter),
  ];
  expect(largestDifference(merged, trained)).toBeLessThan(1e-5);
  expect(largestDifference(merged, original)).toBeGreaterThan(1e-3); // 4 bits did change something
  expect(modelConfig(modelAt(out)).config).not.toHaveProperty("quantization_config");
  const [before, after] = [
    modelWeights(modelAt(saved(`${name.split("/")[0]}/float`))),
    modelWeights(modelAt(out)),
  ];
  expect([...after.tensors.keys()].sort()).toEqual([...before.tensors.keys()].sort());
  before.close();
  after.close();
});

test("a model in no 4 bits must be told which", () => {
  const source = modelWeights(modelAt(saved("llama/float")));
  const { config } = modelConfig(modelAt(saved("llama/float")));
  expect(() => dequantizedWeights(source, config)).toThrow(expect.objectContaining({ code: "E_QUANTIZE" }));
  source.close();
});
