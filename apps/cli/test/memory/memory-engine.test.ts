import { modelShapeFromConfig } from "@lorank/core/models";
import { predictEngineMemory } from "@lorank/train";
import { describe, expect, test } from "vitest";
import { cliHere } from "../here.ts";

// SmolLM2 135M
const config = {
  model_type: "llama",
  hidden_size: 576,
  intermediate_size: 1536,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  num_key_value_heads: 3,
  vocab_size: 49_152,
  tie_word_embeddings: true,
  rms_norm_eps: 1e-5,
};
const memory = (...line: string[]) =>
  cliHere(["memory", "smollm2-135m", "--profile", "lorank", "--micro-batch", "2", "--seq", "64", ...line]);

describe("lorank memory --profile lorank", () => {
  test("gives a program what the engine plans, under the names of the contract", async () => {
    const run = await memory("--ranks", "4,8", "--base", "nf4", "--targets", "q_proj,v_proj", "--json");
    expect(run).toMatchObject({ code: 0, stderr: "" });
    const document = JSON.parse(run.stdout);
    expect(document).toMatchObject({
      model: { name: "HuggingFaceTB/SmolLM2-135M", totalParams: 134_515_008 },
      ...{ profile: "lorank", base: "nf4", task: "causal-lm", microBatch: 2, seq: 64 },
    });
    const planned = await predictEngineMemory({
      ...{ config, head: { kind: "causal-lm" }, rank: 8, microBatch: 2, seq: 64 },
      quantization: { format: "nf4", blockSize: 64 },
      targetModules: ["q_proj", "v_proj"],
    });
    const [, eight] = document.results;
    expect(eight).toMatchObject({
      ...planned,
      loraParams: 30 * 8 * (576 + 576 + 576 + 192),
      optimizerBytes: 8 * eight.loraParams,
    });
    const parts: number[] = Object.values(eight.parts);
    expect(parts.reduce((sum, bytes) => sum + bytes, 0)).toBe(eight.allocatedBytes);
    for (const [lo, hi] of [eight.reservedBytes, eight.deviceBytes]) {
      expect(lo).toBeLessThan(eight.allocatedBytes);
      expect(hi).toBeGreaterThan(eight.allocatedBytes);
    }
  });

  test("trains an encoder to classify, into two classes where none are named", async () => {
    const run = await cliHere([
      "memory",
      "minilm-l6",
      "--profile",
      "lorank",
      "--ranks",
      "4",
      "--seq",
      "64",
      "--json",
    ]);
    expect(JSON.parse(run.stdout)).toMatchObject({ task: "classification", labels: 2 });
  });

  test("counts static bytes as core does", async () => {
    const run = await memory("--ranks", "4", "--json");
    const shape = modelShapeFromConfig(config);
    const [row] = JSON.parse(run.stdout).results;
    expect(row.staticBytes).toBe(4 * shape.totalParams + 16 * row.loraParams);
  });
});
