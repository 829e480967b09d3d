/**
 * A trainer that learns nothing: its results are a deterministic function of the spec, drawn from its hash, in 50 to 300 ms. So a
 * test can kill and resume whole sweeps. Data and folders are those of this engine. Some seeds misbehave, some perform in view
 * of a test, and losses may follow a known curve.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import {
  canonicalJson,
  type EngineEvaluation,
  type EngineSpec,
  type TrialSpec,
} from "@lorank/evidence/results";
import type { TrialCost, TrialEvent, TrialOutcome } from "@lorank/train";
import { pointSteps } from "@lorank/train/names";
import type { SweepInputs } from "../../src/plan/plan.ts";
import { type EnginePlace, engineTrainer } from "../../src/trainers/engine.ts";
import { engineSpec, type Trainer } from "../../src/trainers/trainer.ts";
import { trainers } from "../../src/trainers/trainers.ts";
import { perform } from "./staged.ts";

/** The kind of fake. */
export interface Fake {
  /** Losses of this world, in no time, with the same measured values each time. (default: drawn from the spec's hash) */
  readonly world?: World;
  /** Trials leave notes in the folder of their data, where some of them perform. (default: they do not) */
  readonly staged?: true;
  /** The engine itself, but for one thing. */
  readonly engine?: "quick" | "spoilt";
}

/** The engine's, and one member more. */
export interface FakeInputs extends SweepInputs {
  readonly fake: Fake;
}
export interface FakePlace extends EnginePlace {
  /** Absent where all trials are fake, whatever their place. */
  readonly fake?: Fake | undefined;
}

/** Lets this process know the fake trainer. */
export function useFakeTrainer(): void {
  if (!trainers.includes(fakeTrainer)) trainers.unshift(fakeTrainer);
}

export const fakeTrainer: Trainer<FakeInputs, FakePlace> = {
  ...engineTrainer,
  ownMembers: ["fake"],
  async open(inputs, folder, run) {
    const sweep = await engineTrainer.open(inputs, folder, run);
    return { ...sweep, place: { ...(sweep.place as EnginePlace), fake: inputs.fake } };
  },
  placeIn: (out, inputs, run) => ({ ...engineTrainer.placeIn(out, inputs, run), fake: inputs.fake }),
  placeOn: (own, job) => ({ ...engineTrainer.placeOn(own, job), fake: own.fake }),
  async train(trial, signal) {
    const { place, report } = trial;
    const { engine, staged } = place.fake ?? {};
    // The engine takes a second to load.
    if (engine !== undefined) return (await import("./altered-engine.ts"))[engine](trial, signal);
    const run = () => fakeTrial(trial.spec, place, report);
    return staged ? perform(dirname(String(place.resources.datasetFile)), trial.spec, run) : run();
  },
  /** Depends on the trial and on the rank that its adapter was cut to, and on the test examples if there are any. */
  async evaluate(trial, adapters, test) {
    if (trial.place.fake?.engine !== undefined) return engineTrainer.evaluate(trial, adapters, test);
    const spec = engineSpec(trial.spec);
    await misbehave(spec.seed - (test === undefined ? truncationsOnly : testOnly));
    const examples = test === undefined ? spec.data.validationExamples : testExamplesIn(test.file!);
    const part = test === undefined ? "" : " on test";
    return adapters.map((adapter) =>
      evaluationOf(
        lossesFrom(numbersFrom(`${canonicalJson(spec)} cut to ${adapter?.rank ?? 0}${part}`), examples),
      ),
    );
  },
  costs: {
    ...engineTrainer.costs,
    /** As if opening took 2 seconds and evaluating 3, beside a quarter of a second a step and rank. */
    async measure({ spec: { seed, lora } }, _, report): Promise<TrialCost> {
      await misbehave(seed);
      report({ kind: "step", step: 1, steps: 6, loss: 1, learningRate: 0 });
      const open = { openSeconds: 2, evaluateSeconds: 3, measureSeconds: 1000 };
      return { ...open, secondsPerStep: 0.25 * lora.rank };
    },
  },
};

/** A seed of so many more misbehaves when the trial's adapter is cut, and not before. */
export const truncationsOnly = 10_000;

/** A seed of so many more misbehaves when the trial is scored on test examples, and not before. */
export const testOnly = 20_000;

export const misbehaving = {
  throws: 901,
  wrongInput: 902,
  hangsSynchronously: 903,
  takesForever: 904,
  diverges: 905,
  isNotDeterministic: 906,
  exhaustsTheHeap: 907,
  exitsWithoutResult: 908,
  crashesAtTeardown: 909,
  namesItsDevice: 910,
  hasNoRuntime: 911,
} as const;

/** Known losses. */
export interface World {
  /** The best learning rate of each rank. */
  readonly best: Readonly<Record<number, number>>;
  /** Above this rate the training diverges. (default: never) */
  readonly divergesAbove?: number;
  /** Epochs from which on more bring nothing; each doubling before brings 0.1 nats. (default: none is needed) */
  readonly convergesAt?: number;
  /** Nats that a choice gains: a scaling rule, layers joined by commas, or `alpha` and its value. (default: none) */
  readonly gains?: Readonly<Record<string, number>>;
  /** Nats that choices gain under the search's first seed alone, by luck. (default: none) */
  readonly luck?: Readonly<Record<string, number>>;
  /** Milliseconds that a trial takes. (default 0) */
  readonly milliseconds?: number;
  /** A rank that cannot be trained. */
  readonly breaksAt?: number;
}

/** Nats: 0.1 for each factor of 3 from the best rate, squared, and 0.1 for each doubling that is missing. */
export function lossIn(world: World, { lora, optimizer, seed }: EngineSpec): number {
  const { best, convergesAt = 1, gains = {}, luck = {} } = world;
  const off = Math.log(optimizer.learningRate / (best[lora.rank] ?? optimizer.learningRate)) / Math.log(3);
  const choices = [lora.scalingRule, lora.targetModules.join(","), `alpha ${lora.alpha}`];
  const gain = (of: NonNullable<World["gains"]>) =>
    choices.reduce((sum, choice) => sum + (of[choice] ?? 0), 0);
  return (
    0.2 +
    0.1 * off ** 2 +
    0.1 * Math.max(0, Math.log2(convergesAt / optimizer.epochs)) -
    gain(gains) -
    (seed === 20_000 ? gain(luck) : 0)
  );
}

const steps = 5;

/** Evaluations on the way, drawn for each step by itself; none where none are asked for. */
function pointsOf(spec: EngineSpec): Pick<TrialOutcome["result"], "points"> {
  if (spec.evaluateEvery === undefined) return {};
  const points = pointSteps(spec.evaluateEvery, steps).map((step) => {
    const random = numbersFrom(`${canonicalJson(spec)} after ${step}`);
    return { step, evaluation: evaluationOf(lossesFrom(random, spec.data.validationExamples)) };
  });
  return { points };
}

/** The outcome of one trial, without a sweep around it. */
export async function fakeTrial(
  trial: TrialSpec,
  { fake: { world } = {}, resources }: Partial<Pick<FakePlace, "fake" | "resources">> = {},
  report: (event: TrialEvent) => void = () => {},
): Promise<TrialOutcome> {
  const spec = engineSpec(trial);
  const startedAt = performance.now();
  const random = numbersFrom(canonicalJson(spec));
  if (world === undefined) await misbehave(spec.seed);
  else await sleep(world.milliseconds ?? 0);
  if (world?.breaksAt === spec.lora.rank) throw new Error("this rank is broken");
  const lossCurve = [];
  for (let step = 1; step <= steps; step++) {
    if (world === undefined) await sleep((10 + 50 * random()) / haste());
    const point = { step, loss: random() / step, learningRate: spec.optimizer.learningRate };
    lossCurve.push(point);
    report({ kind: "step", steps, ...point });
  }
  const draw = spec.seed === misbehaving.isNotDeterministic ? Math.random : random;
  const { validationExamples } = spec.data;
  const losses = world
    ? lossesAround(lossIn(world, spec), validationExamples)
    : lossesFrom(draw, validationExamples);
  report({ kind: "evaluating", done: 1, total: 1 });
  // Results of a world are the same to the byte: no clock goes in.
  const seconds = world ? 0 : (performance.now() - startedAt) / 1000;
  const diverged = divergesIn(world, spec);
  return {
    adapter: adapterOf(spec, random),
    result: {
      spec,
      status: diverged ? "diverged" : "completed",
      ...(diverged ? { divergedAtStep: 3 } : { evaluation: evaluationOf(losses) }),
      ...pointsOf(spec),
      loraParams: 12 * spec.lora.rank,
      trainableParams: 12 * spec.lora.rank + 8,
      adapterBytes: 1000,
      gradientBytes: 4 * (12 * spec.lora.rank + 8),
      optimizerBytes: 8 * (12 * spec.lora.rank + 8),
      steps,
      trainTokens: 640,
      lossCurve,
      measured: {
        seconds: { load: 0, train: seconds, evaluate: 0, total: seconds },
        peakResidentBytes: world ? 0 : process.resourceUsage().maxRSS * 1024,
        provenance: {
          lorank: "0.0.0",
          node: process.version,
          runtime: "none",
          device: resources?.device ?? "cpu",
          threads: 1,
          finishedAt: (world ? new Date(0) : new Date()).toISOString(),
        },
      },
    },
  };
}

/** How many times faster than usual: a test that kills no trial need not wait for one. */
const haste = () => Number(process.env.FAKE_TRIAL_HASTE ?? 1);

function divergesIn(world: World | undefined, { seed, lora, optimizer }: EngineSpec): boolean {
  if (world) return optimizer.learningRate > (world.divergesAbove ?? Number.POSITIVE_INFINITY);
  return seed === misbehaving.diverges && lora.rank > 4;
}

/** A file of fake test examples says how many there are. */
function testExamplesIn(file: string): number {
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly examples: number }).examples;
}

async function misbehave(seed: number): Promise<void> {
  switch (seed) {
    case misbehaving.throws:
      throw new Error("the loss function of \u001b[31mthis\u001b[0m trial is broken");
    case misbehaving.namesItsDevice:
      throw new Error(`on ${process.env.LORANK_DEVICE}`);
    case misbehaving.wrongInput:
      throw new InputError("E_TARGET", 'no layer matches "q_porj"');
    case misbehaving.hasNoRuntime:
      throw Object.assign(new Error("ONNX Runtime: not installed"), { code: "E_RUNTIME_MISSING" });
    case misbehaving.hangsSynchronously:
      for (;;) Math.sqrt(2);
    case misbehaving.takesForever:
      return sleep(600_000);
    case misbehaving.exhaustsTheHeap: {
      const kept: number[][] = [];
      // 8 MB a turn: an end at 800 MB, should the process have no smaller limit.
      while (kept.length < 100) kept.push(Array.from({ length: 1_000_000 }, (_, index) => index + 0.5));
      throw new Error(`the heap took ${kept.length} arrays`);
    }
    case misbehaving.exitsWithoutResult:
      process.exit(0);
      break;
    case misbehaving.crashesAtTeardown:
      process.on("exit", () => process.abort());
  }
}

function lossesFrom(random: () => number, examples: number): number[] {
  return Array.from({ length: examples }, () => 0.01 + 0.9 * random());
}

/** Around a mean by example, alike in all trials: a paired comparison sees nothing of it. */
function lossesAround(loss: number, examples: number): number[] {
  return Array.from({ length: examples }, (_, i) => loss + (i % 2 === 0 ? 0.1 : -0.1));
}

function evaluationOf(logLosses: readonly number[]): EngineEvaluation {
  const correct = logLosses.map((loss) => (loss < 0.75 ? 1 : 0));
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  return { accuracy: mean(correct), logLoss: mean(logLosses), correct, logLosses: [...logLosses] };
}

function adapterOf({ lora, base, task }: EngineSpec, random: () => number): PeftAdapter {
  const matrix = (rows: number, columns: number) => ({
    shape: [rows, columns] as const,
    data: Float32Array.from({ length: rows * columns }, random),
  });
  const [target] = lora.targetModules.includes("q_proj") ? ["q_proj"] : lora.targetModules;
  return {
    ...lora,
    dora: false,
    fanInFanOut: false,
    taskType: "SEQ_CLS",
    ...(task.kind === "classification" ? { classNames: task.labels } : {}),
    baseModel: base.name,
    layers: new Map([
      [
        `model.layers.0.self_attn.${target}`,
        { loraA: matrix(lora.rank, 6), loraB: matrix(6, lora.rank), alpha: lora.alpha },
      ],
    ]),
    heads: new Map([["score.weight", matrix(2, 4)]]),
  };
}

/** Uniform numbers in [0, 1) from a seed: SHA-256 in counter mode. */
export function numbersFrom(text: string): () => number {
  let counter = 0;
  return () => createHash("sha256").update(`${counter++}:${text}`).digest().readUInt32LE() / 2 ** 32;
}
