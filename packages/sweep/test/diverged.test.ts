// Sweeps of real trials in which a loss or a gradient stops being finite.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { modelConfig } from "@lorank/checkpoint";
import { modelAt } from "@lorank/checkpoint/files";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import { claimsOf, inWords } from "@lorank/evidence/results";
import { encodeDataset, type TokenizedClassification } from "@lorank/train/data";
import { describe, expect, test } from "vitest";
import { spoiltStep, steps } from "./helpers/altered-engine.ts";
import { exampleConfig, examplePlan, runExample, temporaryFolder } from "./helpers/example.ts";
import { inProcess } from "./helpers/in-process-executor.ts";

const config = {
  model_type: "llama",
  hidden_size: 16,
  intermediate_size: 16,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  vocab_size: 16,
  rms_norm_eps: 1e-5,
  pad_token_id: 0,
};

const examples = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `${i}`,
    inputIds: [1 + (i % 2), 3 + (i % 8)],
    label: i % 2,
  }));

/** The sweep of ranks 2, 4 and 8 under `seeds`. */
async function sweepOf(seeds: readonly number[]) {
  const folder = temporaryFolder();
  const modelPath = join(folder, "model");
  mkdirSync(modelPath);
  writeFileSync(join(modelPath, "config.json"), JSON.stringify(config));
  const { task } = exampleConfig;
  if (task.kind !== "classification") throw new Error("the example's task is a classification");
  const data: TokenizedClassification = {
    name: "tiny",
    task,
    train: examples(2 * steps),
    validation: examples(8),
  };
  const dataset = encodeDataset(data);
  const plan = examplePlan({
    base: { kind: "random", name: "tiny", configSha256: modelConfig(modelAt(modelPath)).sha256, seed: 1 },
    data: {
      name: data.name,
      sha256: sha256Hex(dataset),
      trainExamples: data.train.length,
      validationExamples: data.validation.length,
    },
    optimizer: { ...exampleConfig.optimizer, batchSize: 2, microBatchSize: 2 },
    ranks: [2, 4, 8],
    seeds,
  });
  const place = {
    out: join(folder, "out"),
    modelPath,
    dataset,
    executor: inProcess,
    fake: { engine: "spoilt" } as const,
  };
  return runExample(plan, place);
}

describe("a sweep whose numbers stop being finite", () => {
  test("in all 30 trials records each as diverged at its step, and recommends nothing", async () => {
    const seeds = Array.from({ length: steps }, (_, i) => i + 1);
    const { results, failed, adapters } = await sweepOf(seeds);
    expect(failed).toEqual([]);
    expect(results!.trials).toHaveLength(30);
    for (const trial of results!.trials) {
      expect(trial).toMatchObject({ status: "diverged", divergedAtStep: spoiltStep(trial.spec) });
      expect(trial).not.toHaveProperty("evaluation");
    }
    expect(adapters).toEqual([]);
    expect(results!.decision).toMatchObject({
      verdict: "inconclusive",
      rank: null,
      bestRank: null,
      ranks: [],
    });
    const said = claimsOf(results!).map(inWords);
    expect(said[0]).toBe("No rank completed enough runs to be compared.");
    expect(said).toContain("Of 30 planned runs, 30 diverged (ranks 2, 4 and 8).");
    for (const rank of [2, 4, 8])
      expect(said).toContain(`Rank ${rank} is not compared: none of its 10 runs completed (diverged).`);
  });

  test("at one rank compares the others, and says that it diverged", async () => {
    const { results, failed, adapters } = await sweepOf([101, 102, 103]);
    expect(failed).toEqual([]);
    expect(results!.trials.map(({ spec, status }) => [spec.lora.rank, status])).toEqual(
      [2, 4, 8].flatMap((rank) => Array(3).fill([rank, rank === 8 ? "diverged" : "completed"])),
    );
    expect(results!.decision.ranks.map(({ rank, seeds }) => [rank, seeds])).toEqual([
      [2, 3],
      [4, 3],
    ]);
    expect(results!.decision.rank).not.toBe(8);
    expect(adapters.map(({ rank }) => rank)).toEqual([2, 4]);
    const said = claimsOf(results!).map(inWords);
    expect(said).toContain("Rank 8 is not compared: none of its 3 runs completed (diverged).");
    expect(said).toContainEqual(expect.stringMatching(/^Of 9 planned runs, 3 diverged \(rank 8\)\./));
  });
});
