import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineSpec, TrialSpec } from "@lorank/core/results";
import type { LossBefore, TrialCost } from "@lorank/train";
import type { CommandCost } from "../command/measure-command.ts";
import type { Executor } from "../executor/executor.ts";
import { localExecutor } from "../executor/local-executor.ts";
import { isStopping, type RunOptions, type StopSignals } from "../executor/run-options.ts";
import type { ProgressEvent } from "../plan/events.ts";
import { commandPlace, type JobPlace, jobPlace, type Measurement } from "../plan/job.ts";
import type { CommandInputs, Plan, SweepInputs } from "../plan/plan.ts";
import { SweepStore } from "../store/store.ts";
import { measureInProcess } from "./measure-in-process.ts";

/** Steps and evaluation batches to time. Their tokens are known, so that a few do. */
const stepsTimed = 6;
/**
 * Seconds of evaluating after which no other batch is begun, and of training: of all processes that run one after the
 * other. With what it takes to start, to read and to end what is at work, a plan for a small model is there after 20.
 */
const secondsToMeasure = 5;
/** Losses of a command come when it writes them: the more steps, the less that matters. */
const commandSteps = 20;

/** What a trial of one rank takes. */
export interface MeasuredTime {
  readonly rank: number;
  /** From the start of its process to its end. */
  readonly trialSeconds: number;
  /** Until the first step: the process, the weights, the texts, and what every shape takes on its first use. */
  readonly openSeconds: number;
  /** To evaluate all validation examples. */
  readonly evaluateSeconds: number;
  readonly secondsPerStep: number;
  /** Absent for another trainer. */
  readonly before?: LossBefore;
}

/** A step or a batch that was timed. */
export interface MeasureProgress {
  readonly rank: number;
  readonly event: ProgressEvent;
}

/**
 * Times a few steps and evaluation batches of the smallest and the largest rank, in processes of their own and as many side
 * by side as trials will run, for a limited time. Everything is in a temporary folder that is removed. Undefined where it
 * was stopped.
 *
 * @throws Error with what a process last said when it could not measure.
 */
export async function measureTime(
  inputs: SweepInputs | CommandInputs,
  run: RunOptions,
  onProgress: (progress: MeasureProgress) => void = () => {},
): Promise<MeasuredTime[] | undefined> {
  const { plan } = inputs;
  const { trialsAtOnce, signals } = run;
  const out = mkdtempSync(join(tmpdir(), "lorank-plan-"));
  try {
    const store = new SweepStore(out);
    const executor = localExecutor(placeIn(out, inputs, run), run);
    const found: { rank: number; time: Promise<MeasuredTime | string> }[] = [];
    const ends = endsOf(plan);
    const seconds = secondsToMeasure / (trialsAtOnce === 1 ? ends.length : 1);
    const count = Math.max(ends.length, Math.min(trialsAtOnce, plan.specs.length));
    for (let i = 0; i < count; i++) {
      const spec = ends[i % ends.length]!;
      const { rank } = spec.lora;
      const asked = { trialIds: [store.addSpec(spec)], steps: stepsTimed, seconds };
      const time = measure(spec, asked, executor, signals, (event) => onProgress({ rank, event }));
      found.push({ rank, time });
      // Trials side by side slow each other down, and one after the other they do not.
      if (trialsAtOnce === 1) await time;
    }
    const times = await Promise.all(found.map(({ time }) => time));
    if (isStopping(signals)) return undefined;
    const failure = times.find((time) => typeof time === "string");
    if (failure !== undefined) throw new Error(`a trial could not be measured: ${failure}`);
    return ends.map((spec) =>
      meanOf((times as MeasuredTime[]).filter(({ rank }) => rank === spec.lora.rank)),
    );
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

function placeIn(out: string, inputs: SweepInputs | CommandInputs, run: RunOptions): JobPlace {
  if (!("dataset" in inputs)) return commandPlace(out, inputs);
  const datasetFile = join(out, "data.json");
  writeFileSync(datasetFile, inputs.dataset);
  return jobPlace(out, { modelPath: inputs.modelPath, datasetFile }, run);
}

/** The first trials of the smallest and of the largest rank. */
function endsOf({ specs, config }: Plan): TrialSpec[] {
  const ranks = new Set([config.ranks[0]!, config.ranks.at(-1)!]);
  return [...ranks].map((rank) => specs.find((spec) => spec.lora.rank === rank)!);
}

async function measure(
  spec: TrialSpec,
  asked: Pick<Measurement, "trialIds" | "steps" | "seconds">,
  executor: Executor,
  signals: StopSignals,
  onEvent: (event: ProgressEvent) => void,
): Promise<MeasuredTime | string> {
  const start = performance.now();
  const { rank } = spec.lora;
  if ("trainer" in spec) {
    const cost = await measureInProcess<CommandCost>(
      executor,
      { ...asked, steps: commandSteps },
      signals,
      onEvent,
    );
    return typeof cost === "string" ? cost : { rank, ...cost };
  }
  const cost = await measureInProcess<TrialCost>(executor, asked, signals, onEvent);
  if (typeof cost === "string") return cost;
  // The process itself: node, onnxruntime and this program.
  const startSeconds = Math.max(0, (performance.now() - start) / 1000 - cost.measureSeconds);
  const { secondsPerStep, evaluateSeconds, before } = cost;
  const openSeconds = startSeconds + cost.openSeconds;
  return {
    rank,
    trialSeconds: openSeconds + stepsOf(spec) * secondsPerStep + evaluateSeconds,
    openSeconds,
    evaluateSeconds,
    secondsPerStep,
    before,
  };
}

function stepsOf({ optimizer, data }: EngineSpec): number {
  return Math.ceil((optimizer.epochs * data.trainExamples) / optimizer.batchSize);
}

function meanOf(times: readonly MeasuredTime[]): MeasuredTime {
  const mean = (pick: (time: MeasuredTime) => number): number =>
    times.reduce((sum, time) => sum + pick(time), 0) / times.length;
  const { before } = times[0]!;
  return {
    rank: times[0]!.rank,
    trialSeconds: mean((time) => time.trialSeconds),
    openSeconds: mean((time) => time.openSeconds),
    evaluateSeconds: mean((time) => time.evaluateSeconds),
    secondsPerStep: mean((time) => time.secondsPerStep),
    ...(before === undefined ? {} : { before }),
  };
}
