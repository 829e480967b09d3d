import { createHash } from "node:crypto";
import type { EngineSpec } from "@lorank/evidence/results";
import { expect, test } from "vitest";
import { trialId } from "../../src/spec.ts";

const spec: EngineSpec = {
  specVersion: 1,
  base: { kind: "random", name: "tiny", configSha256: "c".repeat(64), seed: 1 },
  data: { name: "mails", sha256: "d".repeat(64), trainExamples: 40, validationExamples: 30 },
  task: { kind: "classification", labels: ["ham", "spam"] },
  lora: { rank: 2, alpha: 16, scalingRule: "lora", dropout: 0, targetModules: ["q_proj", "v_proj"] },
  optimizer: {
    name: "adamw",
    learningRate: 1e-3,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0,
    maxGradientNorm: 1,
    schedule: "linear",
    warmupRatio: 0.1,
    epochs: 1,
    batchSize: 8,
    microBatchSize: 8,
  },
  seed: 0,
};

test("an id is the SHA-256 of the spec as JSON with sorted keys and no white space", () => {
  // Written out by hand, so that a change of the canonical form, which would orphan every result on disk, is noticed.
  const canonical =
    `{"base":{"configSha256":"${"c".repeat(64)}","kind":"random","name":"tiny","seed":1},` +
    `"data":{"name":"mails","sha256":"${"d".repeat(64)}","trainExamples":40,"validationExamples":30},` +
    '"lora":{"alpha":16,"dropout":0,"rank":2,"scalingRule":"lora","targetModules":["q_proj","v_proj"]},' +
    '"optimizer":{"batchSize":8,"beta1":0.9,"beta2":0.999,"epochs":1,"epsilon":1e-8,"learningRate":0.001,' +
    '"maxGradientNorm":1,"microBatchSize":8,"name":"adamw","schedule":"linear","warmupRatio":0.1,"weightDecay":0},' +
    '"seed":0,"specVersion":1,"task":{"kind":"classification","labels":["ham","spam"]}}';
  expect(trialId(spec)).toBe(createHash("sha256").update(canonical).digest("hex"));
});

test("an id does not depend on the order of keys", () => {
  const reversed = Object.fromEntries(Object.entries(spec).reverse()) as unknown as typeof spec;
  expect(trialId(reversed)).toBe(trialId(spec));
});

test("another seed, rank or learning rate is another trial", () => {
  const others = [
    { ...spec, seed: 1 },
    { ...spec, lora: { ...spec.lora, rank: 3 } },
    { ...spec, optimizer: { ...spec.optimizer, learningRate: 2e-3 } },
  ];
  expect(new Set([spec, ...others].map(trialId)).size).toBe(4);
});
