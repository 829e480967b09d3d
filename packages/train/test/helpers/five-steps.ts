import type { EngineSpec } from "@lorank/evidence/results";
import { float32 } from "@lorank/graph";
import { exampleSpec } from "../../../evidence/test/fixtures/spec.ts";
import { type Learner, newLearner, record } from "../../src/trial/learner.ts";

/** A clock on which a minute passes between any two looks. */
export function fastClock(): () => number {
  let now = 0;
  return () => (now += 60_000);
}

/** A training of five steps of one text each over two tensors, whose gradients need no model. */
export function fiveSteps(elements = 10) {
  const spec: EngineSpec = {
    specVersion: 1,
    base: { kind: "random", name: "tiny", configSha256: "0".repeat(64), seed: 3 },
    data: { name: "tiny", sha256: "1".repeat(64), trainExamples: 5, validationExamples: 1 },
    task: { kind: "classification", labels: ["a", "b"] },
    lora: { rank: 1, alpha: 1, scalingRule: "lora", dropout: 0, targetModules: ["q_proj"] },
    optimizer: {
      ...exampleSpec.optimizer,
      learningRate: 0.01,
      maxGradientNorm: 0,
      warmupRatio: 0,
      batchSize: 1,
      microBatchSize: 1,
    },
    seed: 0,
  };
  const learner = (): Learner => {
    const names = ["a.lora_A.weight", "a.lora_B.weight"];
    const trained = new Map(names.map((name) => [name, float32([elements], new Float32Array(elements))]));
    return newLearner(spec, trained, [3, 4, 5, 6, 7]);
  };
  /** Trains until so many steps are done. */
  const stepTo = (one: Learner, steps: number): void => {
    for (let step = one.lossCurve.length; step < steps; step++) {
      const gradient = new Float32Array(elements).fill(1 / (step + 1));
      const gradients = new Map([...one.parameters.keys()].map((name) => [name, gradient]));
      one.optimizer.step(gradients, one.plan.learningRate(step));
      record(one, step, 1 / (step + 3));
    }
  };
  return { spec, learner, stepTo };
}
