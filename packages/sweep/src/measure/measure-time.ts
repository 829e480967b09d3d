import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { armNumber, type TrialSpec } from "@lorank/evidence/schema";
import { type LocalExecutor, localExecutor } from "../executor/local-executor.ts";
import { isStopping, type RunOptions, type StopSignals } from "../executor/run-options.ts";
import { untilEnd } from "../executor/run-tasks.ts";
import type { ProgressEvent } from "../plan/events.ts";
import type { TrialToMeasure } from "../plan/job.ts";
import type { Plan } from "../plan/plan.ts";
import { SweepStore } from "../store/store.ts";
import type { MeasuredTime } from "../trainers/trainer.ts";
import { type PlanInputs, trainerOf } from "../trainers/trainers.ts";

/**
 * Seconds for timing training, and again for evaluation, shared by consecutive processes. Planning a small model takes
 * 20.
 */
const secondsToMeasure = 5;

/** Timed training step or evaluation batch, at this rank. */
export interface MeasureProgress {
  readonly rank: number;
  readonly event: ProgressEvent;
}

/**
 * Times a few steps and batches at the smallest and largest rank, or at each arm, in as many concurrent processes as
 * the sweep. Undefined if a signal stopped it.
 *
 * @throws Error with the last output of a process that could not measure.
 */
export async function measureTime(
  inputs: PlanInputs,
  run: RunOptions,
  onProgress: (progress: MeasureProgress) => void = () => {},
): Promise<MeasuredTime[] | undefined> {
  const trainer = trainerOf(inputs);
  const { plan } = inputs;
  const { trialsAtOnce, signals } = run;
  const out = mkdtempSync(join(tmpdir(), "lorank-plan-"));
  try {
    const store = new SweepStore(out);
    const executor = localExecutor(trainer.placeIn(out, inputs, run), run);
    const found: { rank: number; time: Promise<MeasuredTime | string> }[] = [];
    const ends = endsOf(plan);
    const seconds = secondsToMeasure / (trialsAtOnce === 1 ? ends.length : 1);
    const count = Math.max(ends.length, Math.min(trialsAtOnce, plan.specs.length));
    for (let i = 0; i < count; i++) {
      const spec = ends[i % ends.length]!;
      const rank = armNumber(spec, plan.summary.axis);
      const request = { trialId: store.addSpec(spec), seconds, steps: trainer.costs.steps };
      const start = performance.now();
      const time = measureInProcess<object>(executor, request, signals, (event) =>
        onProgress({ rank, event }),
      ).then((cost) =>
        typeof cost === "string"
          ? cost
          : { rank, ...trainer.costs.time(spec, cost, (performance.now() - start) / 1000) },
      );
      found.push({ rank, time });
      // Concurrent trials slow each other down, so only a sweep without them is measured one by one.
      if (trialsAtOnce === 1) await time;
    }
    const times = await Promise.all(found.map(({ time }) => time));
    if (isStopping(signals)) return undefined;
    const failure = times.find((time) => typeof time === "string");
    if (failure !== undefined) throw new Error(`a trial could not be measured: ${failure}`);
    return ends.map((spec) =>
      meanOf((times as MeasuredTime[]).filter(({ rank }) => rank === armNumber(spec, plan.summary.axis))),
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Trials to time: one of the smallest and of the largest rank, or of each arm. */
function endsOf({ specs, summary: { ranks, axis } }: Plan): TrialSpec[] {
  const timed = axis === undefined ? new Set([ranks[0]!, ranks.at(-1)!]) : ranks;
  return [...timed].map((rank) => specs.find((spec) => armNumber(spec, axis) === rank)!);
}

function meanOf(times: readonly MeasuredTime[]): MeasuredTime {
  const mean = (pick: (time: MeasuredTime) => number): number =>
    times.reduce((sum, time) => sum + pick(time), 0) / times.length;
  return {
    rank: times[0]!.rank,
    trialSeconds: mean((time) => time.trialSeconds),
    openSeconds: mean((time) => time.openSeconds),
    evaluateSeconds: mean((time) => time.evaluateSeconds),
    pointsSeconds: mean((time) => time.pointsSeconds),
    secondsPerStep: mean((time) => time.secondsPerStep),
    steps: times[0]!.steps,
  };
}

export async function measureInProcess<Cost extends object>(
  executor: LocalExecutor,
  request: Omit<TrialToMeasure, "kind" | "resultFile">,
  signals: StopSignals,
  onEvent: (event: ProgressEvent) => void = () => {},
): Promise<Cost | string> {
  const folder = mkdtempSync(join(tmpdir(), "lorank-measure-"));
  try {
    const resultFile = join(folder, "cost.json");
    const submission = executor.submit({ kind: "measure", ...request, resultFile }, (event) => {
      if (event.kind === "progress") onEvent(event.event);
    });
    const { reason } = await untilEnd(submission, signals);
    return existsSync(resultFile) ? (JSON.parse(readFileSync(resultFile, "utf8")) as Cost) : reason;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
