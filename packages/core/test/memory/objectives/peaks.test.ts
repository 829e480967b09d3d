import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { WORKSPACE } from "../../../src/memory/estimate.ts";
import type { Objective } from "../../../src/memory/objectives/objective.ts";
import { estimateTraining, type Profile, profileOf } from "../../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../../src/models.ts";
import { type SmallLlama, smallLlama } from "../../models.ts";

interface ObjectiveCase extends Omit<SmallLlama, "headDim"> {
  readonly stack: "trl" | "trl-1.9" | "llama-factory" | "peft";
  readonly name: string;
  readonly batch: number;
  readonly seq: number;
  readonly prompt: number;
  readonly checkpointing: "on" | "off";
  readonly rank: number;
  readonly targets: readonly string[];
  readonly objective: Objective["name"];
  readonly reference: NonNullable<Objective["reference"]>;
  readonly generations: number;
  readonly trainedModules: readonly ("embed_tokens" | "lm_head")[];
  readonly tied: boolean;
  /** True if all weights are trained, each in the backward pass. */
  readonly optimizerInBackward: boolean;
  /** Vocabulary entries of the tile in which the script scores tokens. */
  readonly tileColumns: number;
  readonly peakBytes: number;
}

// Written by scripts/reference/memory_objectives.py: bytes of all tensors that are alive, in two steps on the CPU.
const cases = JSON.parse(
  readFileSync(new URL("../fixtures/objectives.json", import.meta.url), "utf8"),
) as readonly ObjectiveCase[];

function profileIn({ stack, tileColumns }: ObjectiveCase): Profile {
  const profile = profileOf(stack === "trl-1.9" ? "trl" : stack);
  return { ...profile, traits: { ...profile.traits, tileColumns } };
}

function estimatedBytes(each: ObjectiveCase): number {
  const { stack, objective: name, reference, checkpointing, rank, generations, batch, seq } = each;
  const isGrpo = name === "grpo";
  const config = {
    ...smallLlama({ ...each, headDim: each.hidden / each.heads }),
    tie_word_embeddings: each.tied,
  };
  const heads = { reward: { kind: "classification", labels: 1 }, embedding: { kind: "none" } } as const;
  const shape = modelShapeFromConfig(
    config,
    name in heads ? { head: heads[name as keyof typeof heads] } : {},
  );
  const loss = stack === "trl-1.9" || stack === "peft" ? "full" : profileIn(each).settings.loss;
  const { optimizerInBackward } = each;
  const { allocatedBytes } = estimateTraining({
    ...{
      shape,
      seq,
      rank: optimizerInBackward ? null : rank,
      microBatch: batch,
      base: { dtype: "bf16" },
      profile: profileIn(each),
    },
    targets: selectTargets(shape, each.targets),
    settings: {
      optimizer: "adamw-fused",
      checkpointing,
      loss,
      accumulation: generations > batch,
      optimizerInBackward,
    },
    objective: { name, reference, ...(isGrpo && { generations, completion: seq - each.prompt }) },
    trainedModules: each.trainedModules.map((module) => (module === "lm_head" ? "head" : "embeddings")),
  });
  return allocatedBytes - WORKSPACE;
}

describe("the peak of training other than supervised fine-tuning", () => {
  test.each(cases)("is within 5 % of the bytes of all tensors: $stack, $name", (each) => {
    const error = 100 * (estimatedBytes(each) / each.peakBytes - 1);
    expect(Math.abs(error)).toBeLessThan(5);
  });
});
