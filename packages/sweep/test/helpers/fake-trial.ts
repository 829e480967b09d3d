/**
 * A trial that learns nothing: a real, deterministic function from spec to result whose outcomes are drawn from the
 * spec's hash. It takes 50 to 300 ms, so that a test can kill and resume whole sweeps. Some seeds misbehave.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { PeftAdapter } from "@lorank/checkpoint";
import { InputError } from "@lorank/core";
import { canonicalJson, type EngineEvaluation, type EngineSpec } from "@lorank/evidence/results";
import type {
  MeasureOptions,
  TestExamplesFile,
  TrialCost,
  TrialEvent,
  TrialOutcome,
  TrialResources,
} from "@lorank/train";

/** A seed of so many more misbehaves when the trial's adapter is cut, and not before. */
export const truncationsOnly = 10_000;

/** A seed of so many more misbehaves when the trial is scored on test examples, and not before. */
export const testOnly = 20_000;

/** How many times faster than usual: a test that kills no trial need not wait for one. */
const haste = () => Number(process.env.FAKE_TRIAL_HASTE ?? 1);

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

export async function runTrial(
  spec: EngineSpec,
  resources: TrialResources,
  onEvent: (event: TrialEvent) => void = () => {},
): Promise<TrialOutcome> {
  const startedAt = performance.now();
  const random = numbersFrom(canonicalJson(spec));
  await misbehave(spec.seed);
  const steps = 5;
  const lossCurve = [];
  for (let step = 1; step <= steps; step++) {
    await sleep((10 + 50 * random()) / haste());
    const point = { step, loss: random() / step, learningRate: spec.optimizer.learningRate };
    lossCurve.push(point);
    onEvent({ kind: "step", steps, ...point });
  }
  const evaluation = evaluate(
    spec.data.validationExamples,
    spec.seed === misbehaving.isNotDeterministic ? Math.random : random,
  );
  onEvent({ kind: "evaluating", done: 1, total: 1 });
  const diverged = spec.seed === misbehaving.diverges && spec.lora.rank > 4;
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    adapter: adapterOf(spec, random),
    result: {
      spec,
      status: diverged ? "diverged" : "completed",
      ...(diverged ? { divergedAtStep: 3 } : { evaluation }),
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
        peakResidentBytes: process.resourceUsage().maxRSS * 1024,
        provenance: {
          lorank: "0.0.0",
          node: process.version,
          runtime: "none",
          device: resources.device ?? "cpu",
          threads: resources.threads,
          finishedAt: new Date().toISOString(),
        },
      },
    },
  };
}

/** Outcomes that depend on the trial and on the rank that its adapter was cut to, and on the test examples if there are any. */
export async function evaluateAdapters(
  spec: EngineSpec,
  adapters: readonly (PeftAdapter | undefined)[],
  _resources?: TrialResources,
  test?: TestExamplesFile,
): Promise<EngineEvaluation[]> {
  await misbehave(spec.seed - (test === undefined ? truncationsOnly : testOnly));
  const { validationExamples } = spec.data;
  const examples = test === undefined ? validationExamples : testExamplesIn(test.file);
  return adapters.map((adapter) =>
    evaluate(
      examples,
      numbersFrom(
        `${canonicalJson(spec)} cut to ${adapter?.rank ?? 0}${test === undefined ? "" : " on test"}`,
      ),
    ),
  );
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

function evaluate(examples: number, random: () => number): EngineEvaluation {
  const logLosses = Array.from({ length: examples }, () => 0.01 + 0.9 * random());
  const correct = logLosses.map((loss) => (loss < 0.75 ? 1 : 0));
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  return { accuracy: mean(correct), logLoss: mean(logLosses), correct, logLosses };
}

function adapterOf({ lora, base, task }: EngineSpec, random: () => number): PeftAdapter {
  const matrix = (rows: number, columns: number) => ({
    shape: [rows, columns] as const,
    data: Float32Array.from({ length: rows * columns }, random),
  });
  return {
    ...lora,
    dora: false,
    fanInFanOut: false,
    taskType: "SEQ_CLS",
    ...(task.kind === "classification" ? { classNames: task.labels } : {}),
    baseModel: base.name,
    layers: new Map([
      [
        "model.layers.0.self_attn.q_proj",
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

/** As if opening took 2 seconds and evaluating 3, beside a quarter of a second a step and rank. */
export async function measureTrial(
  { seed, lora }: EngineSpec,
  _resources: TrialResources,
  { onEvent }: MeasureOptions = {},
): Promise<TrialCost> {
  await misbehave(seed);
  onEvent?.({ kind: "step", step: 1, steps: 6, loss: 1, learningRate: 0 });
  const open = { openSeconds: 2, evaluateSeconds: 3, measureSeconds: 1000 };
  return { ...open, secondsPerStep: 0.25 * lora.rank };
}
