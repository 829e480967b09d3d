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
