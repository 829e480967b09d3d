import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TrialSpec } from "@lorank/core";
import type { TrialCost } from "@lorank/train";
import { measureInChild } from "../measure-in-child.ts";
import type { SweepPlan } from "../plan/plan.ts";
import { isStopping, type StopSignals } from "../start-program.ts";
import { SweepStore } from "../store/store.ts";
import type { TrialJob } from "../trial-job.ts";
import { stepsTimed } from "./choose-pack.ts";

export interface MeasureTimeOptions
  extends StopSignals,
    Pick<TrialJob, "modelFolder" | "threads" | "device" | "trialModule"> {
  /** The tokenised texts, as they go to disk. */
  readonly dataset: Uint8Array;
  readonly trialsAtOnce: number;
}

/** What a trial of one rank takes. */
export interface MeasuredTime {
  readonly rank: number;
  /** From the start of its process to its end. */
  readonly trialSeconds: number;
  readonly secondsPerStep: number;
  readonly peakResidentBytes: number;
}

/**
 * Times a few steps and evaluation batches of the smallest and the largest rank, in processes of their own and as many side
 * by side as trials will run. Everything is in a temporary folder that is removed. Undefined where it was stopped.
 *
 * @throws Error with what a process last said when it could not measure.
 */
export async function measureTime(
  plan: SweepPlan,
  { dataset, trialsAtOnce, signal, killSignal, ...where }: MeasureTimeOptions,
): Promise<MeasuredTime[] | undefined> {
  const out = mkdtempSync(join(tmpdir(), "lorank-plan-"));
  try {
    const datasetFile = join(out, "data.json");
    writeFileSync(datasetFile, dataset);
    const store = new SweepStore(out);
    const stops = { signal, killSignal };
    const resources = { ...where, modelFolder: resolve(where.modelFolder), datasetFile };
    const found: { rank: number; time: Promise<MeasuredTime | string> }[] = [];
    const ends = endsOf(plan);
    const count = Math.max(ends.length, Math.min(trialsAtOnce, plan.specs.length));
    for (let i = 0; i < count; i++) {
      const spec = ends[i % ends.length]!;
      const time = measure(spec, { ...resources, out, trialIds: [store.addSpec(spec)] }, stops);
      found.push({ rank: spec.lora.rank, time });
      // Trials side by side slow each other down, and one after the other they do not.
      if (trialsAtOnce === 1) await time;
    }
    const times = await Promise.all(found.map(({ time }) => time));
    if (isStopping(stops)) return undefined;
    const failure = times.find((time) => typeof time === "string");
    if (failure !== undefined) throw new Error(`a trial could not be measured: ${failure}`);
    return ends.map((spec) =>
      meanOf((times as MeasuredTime[]).filter(({ rank }) => rank === spec.lora.rank)),
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** The first trials of the smallest and of the largest rank. */
function endsOf({ specs, config }: SweepPlan): TrialSpec[] {
  const ranks = new Set([config.ranks[0]!, config.ranks.at(-1)!]);
  return [...ranks].map((rank) => specs.find((spec) => spec.lora.rank === rank)!);
}

async function measure(
  spec: TrialSpec,
  job: Omit<Parameters<typeof measureInChild>[0], "steps">,
  signals: StopSignals,
): Promise<MeasuredTime | string> {
  const start = performance.now();
  const cost = await measureInChild<TrialCost>({ ...job, steps: stepsTimed, whole: true }, signals);
  if (typeof cost === "string") return cost;
  // The process itself: node, onnxruntime and this program.
  const startSeconds = Math.max(0, (performance.now() - start) / 1000 - cost.measureSeconds);
  const { secondsPerTrialStep, openSeconds, evaluateSeconds, peakResidentBytes } = cost;
  return {
    rank: spec.lora.rank,
    trialSeconds: startSeconds + openSeconds + stepsOf(spec) * secondsPerTrialStep + evaluateSeconds,
    secondsPerStep: secondsPerTrialStep,
    peakResidentBytes,
  };
}

function stepsOf({ optimizer, data }: TrialSpec): number {
  return Math.ceil((optimizer.epochs * data.trainExamples) / optimizer.batchSize);
}

function meanOf(times: readonly MeasuredTime[]): MeasuredTime {
  const mean = (pick: (time: MeasuredTime) => number): number =>
    times.reduce((sum, time) => sum + pick(time), 0) / times.length;
  return {
    rank: times[0]!.rank,
    trialSeconds: mean((time) => time.trialSeconds),
    secondsPerStep: mean((time) => time.secondsPerStep),
    peakResidentBytes: Math.max(...times.map((time) => time.peakResidentBytes)),
  };
}
