import { expect, test } from "vitest";
import { planCommand } from "../../src/plan/plan.ts";
import { commandTrainer } from "../../src/trainers/command.ts";
import { engineTrainer } from "../../src/trainers/engine.ts";
import { placeOn, trainerOf } from "../../src/trainers/trainers.ts";
import { exampleConfig, examplePlan } from "../helpers/example.ts";
import { type FakeInputs, fakeTrainer } from "../helpers/fake-trainer.ts";

const { name, ranks, seeds, metric, margin, confidence } = exampleConfig;
const trainer = { command: ["train"], files: [] };
const command = planCommand({
  ...{ name, ranks, seeds, metric, margin, confidence },
  ...{ trainer, lora: {}, optimizer: {} },
});
const resources = { modelPath: "model", datasetFile: "data.json", threads: 3 };
const places = {
  engine: { out: "/out", resources },
  command: { out: "/out", command: { folder: ".", metric: "accuracy" } },
  fake: { out: "/out", resources, fake: {} },
} as const;

test("a plan's inputs say who trains", () => {
  const engine = { plan: examplePlan(), modelPath: "model", dataset: new Uint8Array() };
  expect(trainerOf(engine)).toBe(engineTrainer);
  expect(trainerOf({ plan: command, folder: "." })).toBe(commandTrainer);
  const fake: FakeInputs = { ...engine, fake: {} };
  expect(trainerOf(fake)).toBe(fakeTrainer);
  expect(() => trainerOf({ plan: command } as never)).toThrow(
    expect.objectContaining({
      code: "E_SWEEP_OPTIONS",
      message: "inputs must be of a trainer, with one of fake, dataset, resources, folder, command, got plan",
    }),
  );
});

test("a job's place does: this engine on threads, a command with time to end", () => {
  const needs = (place: (typeof places)[keyof typeof places]) => trainerOf(place).processes(place);
  expect(needs(places.engine)).toMatchObject({ threads: 3, graceMs: 0 });
  expect(needs(places.command)).toMatchObject({ graceMs: 60_000 });
  expect(trainerOf(places.fake)).toBe(fakeTrainer);
});

test("a place on another machine is its own but for the results folder and the data", () => {
  const [spec] = examplePlan().specs;
  const datasetFile = (sha256: string) => `/there/${sha256}`;
  const job = { out: "/there", spec: spec!, datasetFile, checkpointEvery: { steps: 3 } };
  expect(placeOn(places.fake, job)).toEqual({
    out: "/there",
    resources: { ...resources, datasetFile: `/there/${spec!.data.sha256}` },
    checkpointEvery: { steps: 3 },
    fake: {},
  });
  expect(placeOn(places.command, job)).toEqual({ ...places.command, out: "/there" });
  expect(() => placeOn(places.engine, { ...job, spec: command.specs[0]! })).toThrow(
    "this worker has a model, and the job is of another trainer",
  );
});
