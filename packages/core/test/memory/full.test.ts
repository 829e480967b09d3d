import { describe, expect, test } from "vitest";
import { findCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { estimateMemory } from "../../src/memory/estimate.ts";
import { estimateFull } from "../../src/memory/full.ts";
import { catalogueModels, profileOf } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";
import { bertBase, gpt2With124M, llama31With8B, llama32With1B, qwen3With8B } from "../models.ts";

const profile = profileOf("peft");
const shape = modelShapeFromConfig(llama31With8B);
const options = { shape, profile, microBatch: 1, seq: 1024 };

describe("estimateFull", () => {
  test.each([
    ["Llama 3.1 8B", llama31With8B],
    ["Llama 3.2 1B, tied", llama32With1B],
    ["Qwen3 8B", qwen3With8B],
    ["BERT", bertBase],
    ["GPT-2", gpt2With124M],
  ])("holds 8 bytes a parameter in bf16 with AdamW, 16 in fp32: %s", (_, config) => {
    const each = modelShapeFromConfig(config);
    const { staticBytes, trainableParams } = estimateFull({ ...options, shape: each });
    expect(trainableParams).toBe(each.totalParams);
    expect(staticBytes).toBe(8 * each.totalParams); // 2 weight, 2 gradient, 2 + 2 moments
    expect(estimateFull({ ...options, shape: each, dtype: "fp32" }).staticBytes).toBe(16 * each.totalParams);
  });

  test("counts every parameter of every model of the catalogue, experts and all", () => {
    for (const { id, config } of catalogueModels()) {
      const each = modelShapeFromConfig(config);
      const full = estimateFull({ ...options, shape: each, seq: 64 });
      expect(full.staticBytes, id).toBe(8 * each.totalParams);
      const sgd = estimateFull({ ...options, shape: each, seq: 64, settings: { optimizer: "sgd" } });
      expect(sgd.staticBytes, id).toBe(4 * each.totalParams);
      // about two bytes a parameter where tensors are not small
      const small = estimateFull({ ...options, shape: each, settings: { optimizer: "adamw-8bit" } });
      expect(small.optimizerBytes / each.totalParams, id).toBeGreaterThan(2.03);
      expect(small.optimizerBytes / each.totalParams, id).toBeLessThan(2.06);
    }
  });

  test("keeps 34 hidden-bytes a token and block of GPT-2, and 24 of its activation", () => {
    // Korthikanti et al. 2022, arXiv 2205.05198, equation 2: 11 + 19 + 4, of which 1 + 1 are dropout's masks
    const small = modelShapeFromConfig(gpt2With124M);
    const settings = { loss: "fused" } as const;
    const { parts, peakPhase } = estimateFull({ shape: small, profile, settings, microBatch: 8, seq: 1024 });
    expect(peakPhase).toBe("block backward");
    const tokens = 8 * 1024;
    const ofGelu = 3 * 2 * 4 * small.hiddenSize; // gelu_new's other three tensors, four times as wide
    const ofSoftmax = 4 * small.heads; // log-sum-exp, in place of the scores
    expect(parts.norms + parts.attention + parts.feedForward + parts.linearInputs).toBe(
      tokens * small.layers * (34 * small.hiddenSize + ofGelu + ofSoftmax),
    );
    // The head's gradient and that of the last block's matrices are there; those of other blocks are not yet.
    expect(parts.gradients).toBe(2 * (768 * 50_257 + 12 * 768 ** 2));
  });

  test("stacked experts keep the inputs gathered for them", () => {
    const mixture = modelShapeFromConfig(findCatalogueModel("Qwen/Qwen3-30B-A3B")?.config);
    const [microBatch, seq] = [64, 8192];
    const inputsUnder = (name: string): number =>
      estimateFull({ shape: mixture, profile: profileOf(name), microBatch, seq }).parts.linearInputs;
    const gathered = microBatch * seq * mixture.layers * 2 * 8 * mixture.hiddenSize;
    expect(inputsUnder("peft") - inputsUnder("peft-2024")).toBe(gathered);
  });

  test("trained linear layers keep inputs that frozen ones do not", () => {
    const full = estimateFull({ ...options, settings: { loss: "fused" }, microBatch: 16 });
    const frozen = estimateMemory({
      ...{ ...options, microBatch: 16, settings: { loss: "fused" } as const },
      targets: selectTargets(shape, ["q_proj"]),
      ...{ rank: 1, base: { dtype: "bf16" } as const },
    });
    const tokens = 16 * 1024 * shape.layers;
    // what q, k, v read, what gate and up read, what down reads
    expect(full.parts.linearInputs).toBe(tokens * 2 * (2 * 4096 + 14_336));
    expect(frozen.parts.linearInputs).toBe(0);
    expect(full.parts.feedForward).toBe(frozen.parts.feedForward);
  });

  test("latent attention keeps what queries, keys and values are made from", () => {
    const deepseek = modelShapeFromConfig(findCatalogueModel("deepseek-ai/DeepSeek-V3")?.config);
    const latents = deepseek.block.latents!;
    const { parts } = estimateFull({ ...options, shape: deepseek, microBatch: 64, seq: 8192 });
    const { hiddenSize, layers, block } = deepseek;
    expect(parts.linearInputs).toBe(
      64 *
        8192 *
        layers *
        2 *
        ((2 + 8) * hiddenSize + block.feedForward.width + latents.queryDim! + latents.keyValueDim), // 8: inputs gathered for experts
    );
  });

  test("a step of AdamW needs the size of the weights more, a fused one or one of SGD does not", () => {
    const short = { ...options, seq: 16 };
    const adamw = estimateFull(short);
    expect(adamw.peakPhase).toBe("optimizer step");
    const logits = 2 * 16 * shape.vocabSize; // in the loop's outputs
    expect(adamw.allocatedBytes).toBe(10 * shape.totalParams + 17e6 + logits);
    const fused = estimateFull({ ...short, settings: { optimizer: "adamw-fused" } });
    expect(fused.phases["optimizer step"]).toBe(8 * shape.totalParams + 17e6 + logits);
    const sgd = estimateFull({ ...short, settings: { optimizer: "sgd" } });
    expect(sgd.phases["optimizer step"]).toBe(4 * shape.totalParams + 17e6 + logits);
  });

  test("8-bit moments cost two bytes a parameter and the factors of their blocks", () => {
    const { optimizerBytes } = estimateFull({ ...options, settings: { optimizer: "adamw-8bit" } });
    // 2 · (1 + 4/256) a parameter; the norms' 65 vectors of 4096 are not below the limit
    expect(optimizerBytes / shape.totalParams).toBeCloseTo(2 * (1 + 4 / 256), 4);
  });

  test("parts add up, the peak is the largest phase, and bounds are in order", () => {
    for (const checkpointing of ["on", "off", "offload"] as const) {
      const each = estimateFull({ ...options, settings: { checkpointing }, microBatch: 4 });
      const sum = Object.values(each.parts).reduce((total, bytes) => total + bytes, 0);
      expect(sum).toBe(each.allocatedBytes);
      expect(Math.max(...Object.values(each.phases))).toBe(each.allocatedBytes);
      const [lo, hi] = each.deviceBytes;
      expect(each.allocatedBytes).toBeLessThan(lo);
      expect(lo).toBeLessThan(hi);
    }
  });

  test("accumulation keeps the gradients of all weights while a pass runs", () => {
    const long = { ...options, seq: 8192 };
    const [once, more] = [
      estimateFull(long),
      estimateFull({ ...long, settings: { accumulation: true } }),
    ] as const;
    expect(more.phases.loss - once.phases.loss).toBe(2 * shape.totalParams);
    expect(more.phases["optimizer step"]).toBe(once.phases["optimizer step"]);
  });

  test("a compiled block with trained weights keeps 32 hidden-bytes a token of Llama 3.2 3B, of 45", () => {
    const small = modelShapeFromConfig(findCatalogueModel("llama-3.2-3b")?.config);
    const perToken = (compile: boolean) => {
      const settings = { loss: "fused", checkpointing: "off", compile } as const;
      const torchtune = { shape: small, profile: profileOf("torchtune"), settings };
      const { parts } = estimateFull({ ...torchtune, microBatch: 1, seq: 65_536 });
      const saved = parts.norms + parts.attention + parts.feedForward + parts.linearInputs;
      return saved / (65_536 * small.layers * small.hiddenSize);
    };
    expect(perToken(false)).toBeCloseTo(45.4, 1);
    expect(perToken(true)).toBeCloseTo(32, 1);
  });

  test("names what is wrong", () => {
    expect(() => estimateFull({ ...options, seq: 0 })).toThrow("seq must be a positive integer, got 0");
  });
});
