import { readdirSync } from "node:fs";
import type { EngineSpec, LoraSpec, OptimizerSpec } from "@lorank/evidence/results";
import { floats, referenceRuntime, type Tensor } from "@lorank/graph";
import { afterAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../../../../scripts/temporary-folder.ts";
import { loadTrial, openTrial, trialModel } from "../../src/base/trial-model.ts";
import { lengthsOf } from "../../src/batches/batches.ts";
import { inFolder, trialInputs } from "../../src/node/trials.ts";
import { planTraining } from "../../src/optimizer/training-plan.ts";
import type { Transformer } from "../../src/transformer/transformer.ts";
import { newLearner, type Training, type TrialEvent } from "../../src/trial/learner.ts";
import { trainAdapter } from "../../src/trial/run-trial.ts";
import { TrainingCheckpoints } from "../../src/trial/training-checkpoints.ts";
import { fastClock } from "../helpers/checkpoints.ts";
import { tinyConfig, tinyDataset, tinyTrial, unevenDataset } from "../helpers/tiny.ts";

// Five epochs of four steps. A step is two micro-batches, of 4 and of 2 texts; the first two steps are the warm-up.
const twentySteps = { epochs: 5, batchSize: 6, microBatchSize: 4 } as const;
const steps = 20;

/** A training on a model that is compiled once however often it is trained. */
interface Trainings {
  readonly spec: EngineSpec;
  readonly model: Transformer;
  readonly computer: string;
  /** What is trained, in the layout in which it is trained. */
  readonly tensors: ReadonlyMap<string, Tensor>;
  run(onEvent: (event: TrialEvent) => void, checkpoints?: TrainingCheckpoints): Promise<Training>;
}

function tiny(lora: Partial<LoraSpec>, optimizer: Partial<OptimizerSpec> = {}, dataset = unevenDataset()) {
  return tinyTrial(lora, { ...twentySteps, ...optimizer }, tinyConfig, dataset);
}

/** The interpreter takes its time. */
const short = () => tiny({}, { batchSize: 2, microBatchSize: 1 }, tinyDataset(8, 2));

/** @param change of the spec */
async function alone(
  { spec: plain, resources }: ReturnType<typeof tiny>,
  change: Partial<EngineSpec> = {},
): Promise<Trainings> {
  const spec = { ...plain, ...change };
  const { trained, model, runtime, data } =
    spec.compute === "float16" ? half(spec, resources) : await openTrial(spec, trialInputs(resources));
  return {
    spec,
    model,
    computer: runtime.name,
    tensors: trained,
    run: (onEvent, checkpoints) =>
      trainAdapter(model, newLearner(spec, trained, lengthsOf(data.train)), data.train, 0, onEvent, {
        checkpoints,
      }),
  };
}

/** The CPU's runtime computes in float32 alone: the interpreter rounds to float16 where a GPU does. */
function half(spec: EngineSpec, resources: ReturnType<typeof tiny>["resources"]) {
  const trial = loadTrial(spec, trialInputs(resources));
  const runtime = referenceRuntime({ computeDtype: "float16" });
  return { ...trial, runtime, model: trialModel(trial, runtime) };
}

const killed = new Error("killed");

/** Trains one step more than was trained before, and is killed in the middle of the accumulation of the next. */
async function oneMoreStep({ run, model, spec, computer }: Trainings, folder: string): Promise<TrialEvent[]> {
  const events: TrialEvent[] = [];
  const trainStep = model.trainStep.bind(model);
  let passes = 0;
  model.trainStep = (...args) => {
    if (events.some(({ kind }) => kind === "step") && ++passes === 2) return Promise.reject(killed);
    return trainStep(...args);
  };
  const options = { folder, every: { steps: 1 }, now: fastClock() };
  const report = (event: TrialEvent): unknown => events.push(event);
  const checkpoints = new TrainingCheckpoints(inFolder(options), { spec, computer }, report);
  try {
    await run((event) => events.push(event), checkpoints);
  } catch (error) {
    if (error !== killed) throw error;
  } finally {
    model.trainStep = trainStep;
  }
  return events;
}

function bytesOf(tensors: ReadonlyMap<string, Tensor>): Map<string, string> {
  const base64 = ({ buffer, byteOffset, byteLength }: Float32Array) =>
    Buffer.from(buffer, byteOffset, byteLength).toString("base64");
  return new Map([...tensors].map(([name, tensor]) => [name, base64(floats(tensor))]));
}

const patterns: Partial<LoraSpec> = {
  rankPattern: [{ pattern: "1.mlp.down_proj", rank: 5 }],
  alphaPattern: [{ pattern: "q_proj", alpha: 1 }],
};
const quantization = { format: "nf4", blockSize: 64, doubleQuant: true } as const;
const variants: readonly (readonly [string, () => Promise<Trainings>])[] = [
  ["LoRA, whose texts share sequences", () => alone(tiny({}))],
  ["QLoRA", () => alone(tiny({}), { base: { ...tiny({}).spec.base, quantization } })],
  ["DoRA", () => alone(tiny({ dora: true }))],
  ["DoRA with ranks and alphas by layer", () => alone(tiny({ dora: true, ...patterns }))],
  ["dropout", () => alone(tiny({ dropout: 0.2 }))],
  ["LoRA+ under a cosine", () => alone(tiny({}, { loraPlusRatio: 16, schedule: "cosine" }))],
  ["float16 with a scaled loss", () => alone(short(), { compute: "float16" })],
];

describe.each(variants)("%s", async (_, open) => {
  const trainings = await open();
  const { tensors, run, model } = trainings;
  const first = new Map([...tensors].map(([name, tensor]) => [name, floats(tensor).slice()]));
  const begin = (): void => {
    for (const [name, tensor] of tensors) floats(tensor).set(first.get(name)!);
  };
  afterAll(() => model.dispose());

  test("ends with the same bytes after a kill in every one of its 20 steps", async () => {
    const whole = await run(() => {});
    const bytes = bytesOf(tensors);
    expect(whole.lossCurve).toHaveLength(steps);

    const folder = temporaryFolder();
    for (let step = 1; step <= steps; step++) {
      begin();
      const events = await oneMoreStep(trainings, folder);
      const kinds = events.map(({ kind }) => kind);
      expect(kinds).toEqual(step === 1 ? ["checkpoint", "step"] : ["resumed", "checkpoint", "step"]);
      if (step > 1) expect(events[0]).toEqual({ kind: "resumed", step: step - 1, steps });
      expect(readdirSync(folder)).toHaveLength(Math.min(step, 2));
    }
    begin();
    const { spec, computer } = trainings;
    const last = new TrainingCheckpoints(inFolder({ folder, every: "off" }), { spec, computer }, () => {});
    const { earlier: _, ...resumed } = await run(() => {}, last);
    expect(resumed).toEqual(whole);
    expect(bytesOf(tensors)).toEqual(bytes);
  });
});

test("the texts of the first one do share sequences, and its steps are of two micro-batches", () => {
  const { spec } = tiny({});
  const { microBatches, pack } = planTraining(spec, lengthsOf(unevenDataset().train));
  expect(pack).toBe(true);
  expect(microBatches.map((batches) => batches.map(({ length }) => length))).toEqual(
    Array(steps).fill([4, 2]),
  );
});
