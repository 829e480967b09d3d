import { describe, expect, test } from "vitest";
import type { Objective } from "../../../src/memory/objectives/objective.ts";
import { estimateTraining, profileOf } from "../../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../../src/models.ts";
import { llama32With1B } from "../../models.ts";

const shape = modelShapeFromConfig(llama32With1B);
const options = {
  ...{ shape, targets: selectTargets(shape, "all-linear"), rank: 16, base: { dtype: "bf16" } as const },
  ...{ profile: profileOf("trl"), microBatch: 4, seq: 1024 },
};
const estimated = (objective: Objective, more: Partial<Parameters<typeof estimateTraining>[0]> = {}) =>
  estimateTraining({ ...options, objective, ...more });
const weights = 2 * shape.totalParams;

describe("an objective", () => {
  test("of pairs runs two sequences a sample", () => {
    const checkpoints = (name: Objective["name"]) => estimated({ name }).parts.checkpoints;
    expect(checkpoints("dpo")).toBe(2 * checkpoints("sft"));
    expect(checkpoints("kto")).toBe(checkpoints("sft"));
  });

  test("with a second model holds its weights; with adapters switched off it does not", () => {
    const { parts, allocatedBytes, staticBytes } = estimated({ name: "dpo", reference: "model" });
    expect(parts.referenceWeights).toBe(weights);
    expect(staticBytes - estimated({ name: "dpo" }).staticBytes).toBe(weights);
    expect(allocatedBytes - estimated({ name: "dpo" }).allocatedBytes).toBe(weights);
  });

  test("has a second model as its reference where all weights are trained", () => {
    expect(estimated({ name: "dpo" }, { rank: null }).parts.referenceWeights).toBe(weights);
    expect(estimated({ name: "grpo" }, { rank: null }).parts.referenceWeights).toBe(0);
  });

  test("shares a second model's weights among cards where the trained ones are shared", () => {
    const cards = { count: 4, strategy: "fsdp" } as const;
    const shared = estimated({ name: "dpo", reference: "model" }, { cards });
    expect(shared.parts.referenceWeights).toBe(Math.ceil(weights / 4));
  });

  test("costs what its stack's code holds per logit, where all logits exist", () => {
    const perLogit = (profile: string, objective: Objective) =>
      estimated(objective, { profile: profileOf(profile), settings: { loss: "full" } }).parts.logitsAndLoss /
      (128_256 * 1024 * (objective.name === "kto" ? 4 : 8));
    expect(perLogit("trl", { name: "dpo" })).toBe(16);
    expect(perLogit("trl", { name: "orpo" })).toBe(18);
    expect(perLogit("llama-factory", { name: "dpo" })).toBe(16);
    expect(perLogit("llama-factory", { name: "dpo", reference: "precomputed" })).toBe(12);
    expect(perLogit("llama-factory", { name: "orpo" })).toBe(12);
    expect(perLogit("llama-factory", { name: "kto" })).toBe(20);
    expect(perLogit("torchtune", { name: "dpo" })).toBe(12);
  });

  test("of preferences has all logits under stacks whose other losses are for SFT", () => {
    for (const profile of ["torchtune", "llama-factory", "axolotl", "trl-2025", "trl-2026"])
      for (const name of ["dpo", "kto"] as const) {
        const logits = (loss: "full" | "chunked" | "fused") =>
          estimated({ name }, { profile: profileOf(profile), settings: { loss } }).parts.logitsAndLoss;
        expect([logits("chunked"), logits("fused")]).toEqual([logits("full"), logits("full")]);
      }
    const byDefault = estimated({ name: "dpo" }, { profile: profileOf("torchtune") });
    expect(byDefault.parts.logitsAndLoss).toBe(12 * 8 * 1024 * 128_256);
  });

  test("of GRPO has the logits of all completions under TRL before 1.15, whatever the loss", () => {
    for (const profile of ["trl-2026", "axolotl"]) {
      const logits = (loss: "full" | "chunked" | "fused") =>
        estimated({ name: "grpo", completion: 512 }, { profile: profileOf(profile), settings: { loss } })
          .parts.logitsAndLoss;
      expect([logits("full"), logits("chunked"), logits("fused")]).toEqual(
        Array(3).fill(16 * 4 * 512 * 128_256),
      );
    }
  });

  test("is scored by Unsloth in fp32 logits of some rows, beside hidden states and their gradient", () => {
    const scoring = (microBatch: number, completion: number, name: "dpo" | "kto" = "dpo") => {
      const [full, fused] = (["full", "fused"] as const).map((loss) => {
        const unsloth = { profile: profileOf("unsloth"), microBatch, settings: { loss } };
        return estimated({ name, completion, reference: "precomputed" }, unsloth).phases.loss!;
      });
      const sequences = name === "dpo" ? 2 * microBatch : microBatch;
      return 16 * sequences * 1024 * 128_256 - (full! - fused!);
    };
    // 512 rows: 512 · 151,936 logits are 606 rows of Llama's 128,256, and a power of two is at most that
    expect(scoring(4, 1024)).toBe(4 * 512 * 128_256 + 8 * 1024 * 2048 * 2 * 2);
    expect(scoring(1, 16, "kto")).toBe(4 * 16 * 128_256 + 16 * 2048 * 2 * 2);
    expect(scoring(64, 1024)).toBe(4 * 2048 * 128_256 + 128 * 1024 * 2048 * 2 * 2);
  });

  test("scores tokens of completions alone under GRPO", () => {
    const loss = (completion: number) =>
      estimated({ name: "grpo", completion }, { settings: { loss: "full" } }).parts.logitsAndLoss;
    expect(loss(1024)).toBe(4 * loss(256));
  });

  test("of a reward model has no logits; LLaMA-Factory's value head computes them", () => {
    const head = { kind: "classification", labels: 1 } as const;
    const reward = modelShapeFromConfig(llama32With1B, { head });
    const trl = estimated(
      { name: "reward" },
      { shape: reward, targets: selectTargets(reward, "all-linear") },
    );
    expect(trl.phases.loss).toBeLessThan(trl.phases["block backward"]);
    const valued = estimated({ name: "reward" }, { profile: profileOf("llama-factory") });
    expect(valued.parts.logitsAndLoss).toBe(6 * 8 * 1024 * 128_256);
  });
});

describe("GRPO's completions", () => {
  const grpo = (more: Partial<Objective>) => estimated({ name: "grpo", completion: 768, ...more });

  test("fill a cache of keys and values while the model writes them", () => {
    const { phases, peakPhase, parts } = grpo({ generations: 512 });
    expect(peakPhase).toBe("generation");
    expect(parts.generationCache).toBe(512 * 1024 * 2 * 2 * 8 * 64 * 16); // tokens, k and v, 2 bytes, 8 heads of 64, layers
    expect(phases.generation).toBeGreaterThan(phases["block backward"]);
  });

  test("cost nothing on a server, and vLLM's reservation beside the model", () => {
    const [none, awake, asleep] = [
      grpo({ generator: "server" }),
      grpo({ generator: "vllm", engineBytes: 24e9 }),
      grpo({ generator: "vllm-asleep", engineBytes: 24e9 }),
    ];
    expect(none.phases.generation).toBeUndefined();
    expect(awake.phases["block backward"] - none.phases["block backward"]).toBe(24e9);
    expect(asleep.phases["block backward"]).toBe(none.phases["block backward"]);
    expect(asleep.phases.generation).toBe(awake.phases.generation);
  });
});

describe("an impossible objective", () => {
  test("is one of texts for a model that gives no token a probability", () => {
    const encoder = modelShapeFromConfig(llama32With1B, { head: { kind: "none" } });
    for (const name of ["dpo", "kto", "orpo", "simpo", "grpo"] as const)
      for (const rank of [16, null])
        expect(() => estimated({ name }, { shape: encoder, rank })).toThrow(
          `objective must be sft, reward or embedding for a model without a language-model head, got ${name}`,
        );
    expect(() => estimated({ name: "reward" }, { shape: encoder })).not.toThrow();
  });

  const got = (objective: object, more = {}) => expect(() => estimated(objective as Objective, more));

  test("is refused with its field and rule", () => {
    got({ name: "ppo" }).toThrow(
      'objective must be one of sft, dpo, kto, orpo, simpo, reward, grpo, embedding, got "ppo"',
    );
    got({ name: "orpo", reference: "model" }).toThrow("reference must be left out for orpo");
    got({ name: "dpo", reference: "none" }).toThrow(
      "reference must be adapters-off, model or precomputed for dpo",
    );
    got({ name: "dpo", reference: "adapters-off" }, { rank: null }).toThrow(
      "reference must be model or precomputed",
    );
    got({ name: "dpo", completion: 0 }).toThrow("completion must be a positive integer, got 0");
    got({ name: "dpo", generator: "vllm" }).toThrow("generator must be left out for dpo");
    got({ name: "grpo", generations: 0 }).toThrow("generations must be a positive integer, got 0");
  });
});
