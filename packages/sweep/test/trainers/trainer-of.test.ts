import { expect, test } from "vitest";
import { planCommand } from "../../src/plan/plan.ts";
import { trainerAt, trainerOf } from "../../src/trainers/trainer-of.ts";
import { exampleConfig, examplePlan, temporaryFolder } from "../helpers/example.ts";

const { name, ranks, seeds, metric, margin, confidence } = exampleConfig;
const trainer = { command: ["train"], files: [] };
const command = planCommand({
  ...{ name, ranks, seeds, metric, margin, confidence },
  ...{ trainer, lora: {}, optimizer: {} },
});
const engine = examplePlan();

test("a job's place says who trains: this engine on threads, a command with time to end", () => {
  const out = temporaryFolder();
  const resources = { modelPath: "model", datasetFile: "data.json", threads: 3 };
  expect(trainerAt({ out, resources }).processes).toMatchObject({ threads: 3, graceMs: 0 });
  const { processes } = trainerAt({ out, command: { folder: ".", metric: "accuracy" } });
  expect(processes).toMatchObject({ threads: undefined, graceMs: 60_000 });
});

test("a plan does, with what its trials read or without", () => {
  const dataset = new Uint8Array();
  expect(trainerOf({ plan: engine, modelPath: "model", dataset }).plan).toBe(engine);
  expect(trainerOf({ plan: command, folder: "." }).plan).toBe(command);
});
