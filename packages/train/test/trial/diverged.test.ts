// Numbers that are not finite, put into one step of a training: the trial must be a diverged one, at that very step.

import { floats, type Runtime, type Tensors } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { describe, expect, test } from "vitest";
import { loadTrial, trialModel } from "../../src/base/trial-model.ts";
import { lengthsOf } from "../../src/batches/batches.ts";
import { runTrial, trialInputs } from "../../src/node/trials.ts";
import { numbersOf, planTraining } from "../../src/optimizer/training-plan.ts";
import { newLearner, type TrialEvent } from "../../src/trial/learner.ts";
import { trainAdapter } from "../../src/trial/run-trial.ts";
import { tinyConfig, tinyDataset, tinyTrial } from "../helpers/tiny.ts";

const steps = Array.from({ length: 10 }, (_, i) => i + 1);
const places = ["loss", "gradient", "weight"] as const;

interface Fault {
  readonly place: (typeof places)[number];
  readonly value: number;
  /** Counted from 1. */
  readonly step: number;
}

/** Tensors of one layer by their names in its programs; which one is spoilt depends on the step. */
const tensors = [
  "self_attn.q_proj.lora_A.weight",
  "self_attn.v_proj.lora_B.weight",
  "mlp.down_proj.lora_A.weight",
];

/** Puts a fault's value into one element of one tensor of its step, once. */
class FaultyRuntime implements Runtime {
  readonly name;
  readonly device;
  fault: Fault | undefined;
  /** The step in progress. */
  step = 1;
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.name = runtime.name;
    this.device = runtime.device;
  }

  async compile(...program: Parameters<Runtime["compile"]>): ReturnType<Runtime["compile"]> {
    const executable = await this.#runtime.compile(...program);
    return {
      run: async (feeds, into) => {
        if (this.fault?.place === "weight") this.#spoil(feeds, tensors[this.step % tensors.length]!);
        const outputs = await executable.run(feeds, into);
        if (this.fault?.place === "loss") this.#spoil(outputs, "losses");
        if (this.fault?.place === "gradient")
          this.#spoil(outputs, `d.${tensors[this.step % tensors.length]}`);
        return outputs;
      },
      dispose: () => executable.dispose(),
    };
  }

  #spoil(all: Tensors, name: string): void {
    if (this.fault?.step !== this.step || !all[name]) return;
    const data = floats(all[name]);
    data[this.step % data.length] = this.fault.value;
    this.fault = undefined;
  }
}

/** A training of ten steps on a model that is compiled once, however often it is trained from its beginning. */
async function tenSteps(rank: number) {
  const { spec, resources } = tinyTrial(
    { rank },
    { epochs: 1, microBatchSize: 8 },
    tinyConfig,
    tinyDataset(80),
  );
  const trial = loadTrial(spec, trialInputs(resources));
  const { data, trained } = trial;
  const lengths = lengthsOf(data.train);
  const first = new Map([...numbersOf(trained)].map(([name, numbers]) => [name, numbers.slice()]));
  const runtime = new FaultyRuntime(await onnxRuntime());
  const model = trialModel(trial, runtime);
  const train = (fault?: Fault, plan = planTraining(spec, lengths)) => {
    for (const [name, numbers] of numbersOf(trained)) numbers.set(first.get(name)!);
    Object.assign(runtime, { fault, step: 1 });
    const next = (event: TrialEvent) => {
      if (event.kind === "step") runtime.step = event.step + 1;
    };
    return trainAdapter(model, newLearner(spec, trained, lengths, plan), data.train, 0, next);
  };
  return { train, runtime, plan: planTraining(spec, lengths) };
}

describe.each([2, 4, 8])("a training at rank %i", async (rank) => {
  const { train, runtime, plan } = await tenSteps(rank);
  const whole = await train();

  test("has ten steps where nothing is wrong", () => {
    expect(whole.divergedAtStep).toBeUndefined();
    expect(whole.lossCurve.map(({ step }) => step)).toEqual(steps);
  });

  test.each(places.flatMap((place) => [NaN, Infinity, -Infinity].map((value) => [value, place] as const)))(
    "diverges at the step whose %d is in the %s, be it any of the ten",
    async (value, place) => {
      for (const step of steps) {
        const { divergedAtStep, lossCurve } = await train({ place, value, step });
        expect(runtime.fault).toBeUndefined(); // it happened
        expect(divergedAtStep).toBe(step);
        expect(lossCurve).toEqual(whole.lossCurve.slice(0, step - 1));
      }
    },
  );

  test("diverges at the step whose update is larger than float32 can say, be it any of the ten", async () => {
    for (const step of steps) {
      const learningRate = (i: number) => (i === step - 1 ? 1e39 : plan.learningRate(i));
      const { divergedAtStep, lossCurve } = await train(undefined, { ...plan, learningRate });
      expect(divergedAtStep).toBe(step);
      expect(lossCurve).toEqual(whole.lossCurve.slice(0, step - 1));
    }
  });
});

// At 1e10 the loss is 3e10 nats: finite, and more than a result may have.
test.each([1e38, 1e10])(
  "a trial whose last step, at a rate of %d, leaves weights that give no usable loss diverged at that step",
  async (learningRate) => {
    const wild = { learningRate, warmupRatio: 0, maxGradientNorm: 0, epochs: 1 };
    const { spec, resources } = tinyTrial({}, wild, tinyConfig, tinyDataset(8));
    const { result } = await runTrial(spec, resources);
    expect(result).toMatchObject({ status: "diverged", divergedAtStep: 1, steps: 1 });
    expect(result).not.toHaveProperty("evaluation");
    const tame = { ...spec, optimizer: { ...spec.optimizer, learningRate: 1e-3 } };
    const { result: completed } = await runTrial(tame, resources);
    expect(completed).toMatchObject({ status: "completed", steps: 1 });
    expect(completed).not.toHaveProperty("divergedAtStep");
  },
);
