/** A finished sweep of toy trials, written as their processes would have: the size of real ones, and no training. */
import { join } from "node:path";
import { writePeftAdapter } from "@lorank/checkpoint/files";
import type { EngineSpec, TrialResult } from "@lorank/evidence/results";
import { SweepStore } from "../src/folder.ts";
import { planSweep, type SweepConfig } from "../src/index.ts";
import { AttemptLog } from "../src/store/attempt-log.ts";
import { commitResult } from "../src/store/commit-result.ts";
import { reconcileSweepFile } from "../src/store/reconcile.ts";

const steps = 200;

/** Writes all trials of the config into `out`. Returns how many there are. */
export function writeToySweep(out: string, config: SweepConfig): number {
  const plan = planSweep(config);
  const store = new SweepStore(out);
  reconcileSweepFile(out, plan, false);
  for (const spec of plan.specs) writeToyTrial(store, spec);
  return plan.specs.length;
}

/** Brings one trial to its result. */
export function writeToyTrial(store: SweepStore, spec: EngineSpec): void {
  const attempt = store.claimAttempt(store.addSpec(spec));
  const log = new AttemptLog(attempt.folder, { threads: 1, device: "cpu" });
  const result = toyResult(attempt.trialId, spec);
  for (const point of result.lossCurve)
    log.event({ kind: "step", steps, ...point, learningRate: spec.optimizer.learningRate });
  writeToyAdapter(join(attempt.folder, "adapter"), spec);
  const place = commitResult(store, attempt, result);
  log.end({ kind: "committed", place, status: result.status });
}

function toyResult(trialId: string, spec: EngineSpec): TrialResult {
  const random = randomFrom(Number.parseInt(trialId.slice(0, 8), 16));
  const { rank } = spec.lora;
  const logLosses = Array.from({ length: spec.data.validationExamples }, () => -Math.log(1 - random()) / 3);
  const correct = logLosses.map((loss) => (loss < Math.LN2 ? 1 : 0));
  const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
  return {
    trialId,
    spec,
    status: "completed",
    loraParams: 12 * rank,
    trainableParams: 12 * rank + 8,
    adapterBytes: 1000,
    gradientBytes: 4 * (12 * rank + 8),
    optimizerBytes: 8 * (12 * rank + 8),
    steps,
    trainTokens: 64_000,
    lossCurve: Array.from({ length: steps }, (_, i) => ({
      step: i + 1,
      loss: random() / (i + 1),
      learningRate: spec.optimizer.learningRate * (1 - i / steps),
    })),
    evaluation: { accuracy: mean(correct), logLoss: mean(logLosses), correct, logLosses },
    measured: {
      seconds: { load: 1, train: 50, evaluate: 9, total: 60 },
      peakResidentBytes: 500_000_000,
      provenance: {
        lorank: "0.0.0",
        node: process.version,
        runtime: "none",
        device: "cpu",
        threads: 1,
        finishedAt: new Date().toISOString(),
      },
    },
  };
}

function writeToyAdapter(folder: string, { lora, base }: EngineSpec): void {
  const matrix = (rows: number, columns: number) => ({
    shape: [rows, columns] as const,
    data: new Float32Array(rows * columns).fill(0.01),
  });
  const layer = { loraA: matrix(lora.rank, 6), loraB: matrix(6, lora.rank), alpha: lora.alpha };
  writePeftAdapter(folder, {
    ...lora,
    dora: false,
    fanInFanOut: false,
    taskType: "SEQ_CLS",
    baseModel: base.name,
    layers: new Map([["model.layers.0.self_attn.q_proj", layer]]),
    heads: new Map([["score.weight", matrix(2, 4)]]),
  });
}

/** Uniform numbers in [0, 1): mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
