import { sha256Hex } from "@lorank/checkpoint/sha256";
import { encodeDataset } from "@lorank/train/data";
import { exampleSpec } from "../../../evidence/test/fixtures/spec.ts";
import type { SweepConfig } from "../../src/index.ts";

const task = { kind: "classification", labels: ["ham", "spam"] } as const;
const { rank: _, ...lora } = exampleSpec.lora;

const examples = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ id: `${i}`, inputIds: [i], label: i % 2 }));
const dataset = encodeDataset({ name: "mails", task, train: examples(40), validation: examples(30) });
export const datasetText = new TextDecoder().decode(dataset);

export const exampleConfig: SweepConfig = {
  name: "example",
  base: { kind: "random", name: "tiny", configSha256: "c".repeat(64), seed: 1 },
  data: {
    name: "mails",
    sha256: sha256Hex(dataset),
    trainExamples: 40,
    validationExamples: 30,
  },
  task,
  lora: { ...lora, alpha: { kind: "fixed", alpha: 16 }, targetModules: ["v_proj", "q_proj"] },
  optimizer: exampleSpec.optimizer,
  ranks: [4, 2],
  seeds: [0, 1],
  metric: "accuracy",
  margin: 0.01,
  confidence: 0.95,
  model: { name: "tiny", totalParams: 1000, layers: 1, hiddenSize: 4 },
};
