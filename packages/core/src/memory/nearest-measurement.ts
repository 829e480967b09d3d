import { type BaseFormatName, isFloat } from "./base-bytes.ts";
import { errorsByProfile, type MeasuredCount, type MeasuredErrors, measuredRows } from "./measured-rows.ts";
import type { MemoryRowsOptions, RankEstimate } from "./rows.ts";
import type { AttentionKind, CheckpointingKind } from "./stack.ts";

export interface MeasuredSetup {
  readonly profile: string;
  /** Model parameter count. */
  readonly params: number;
  readonly base: BaseFormatName;
  /** Adapter rank; null where all weights are trained. */
  readonly rank: number | null;
  readonly microBatch: number;
  readonly seq: number;
  readonly checkpointing: CheckpointingKind;
  readonly attention: AttentionKind;
  readonly kbitPrepare: boolean;
}

/** Published measurement of training memory, and the estimate for the same run. */
export interface Measurement extends MeasuredSetup {
  /** Short catalogue name, except `nb-1b`: the 1B Llama in answer.ai's notebook. */
  readonly model: string;
  /**
   * Measured quantity. `device`: by the device's own tool. `after forward`: allocated when a forward pass has ended.
   */
  readonly metric: "allocated" | "after forward" | "reserved" | "device";
  readonly measuredBytes: number;
  /** Estimate for the same run; bounds for the metric `device`. */
  readonly predictedBytes: number | readonly [lo: number, hi: number];
  /** Repository and file where it was published. */
  readonly source: string;
}

/** Stacks with their own model code instead of `transformers`. */
const modelCode: Readonly<Record<string, string>> = {
  litgpt: "litgpt",
  "litgpt-2023": "litgpt",
  torchtune: "torchtune",
  "torchtune-2024": "torchtune",
};

/**
 * Nearest published measurement. Distance 1: twice the model size, another stack (2 with other model code),
 * checkpointing on or off. Distance 2: a quantised and an unquantised base, less for other formats and k-bit
 * preparation. Twice the tokens and eager attention are 0.5, twice the rank 0.1. Device measurements are 0.5 behind, as some settings in
 * their runs are unknown. LoRA and full fine-tuning are not compared.
 */
export function nearestMeasurement(setup: MeasuredSetup): Measurement {
  const all = measuredRows.flatMap(([source, rows]) => rows.map((row) => measurement(row, source)));
  return all.reduce((best, each) => (distance(setup, each) < distance(setup, best) ? each : best));
}

/**
 * Nearest published measurement to a row of `estimateRanks(options)`. Undefined on several cards and for objectives other
 * than `sft`: no such measurement is listed.
 */
export function measurementNear(
  { rank, base, settings }: Pick<RankEstimate, "rank" | "base" | "settings">,
  {
    shape,
    profile,
    microBatch,
    seq,
    cards,
    objective,
  }: Pick<MemoryRowsOptions, "shape" | "profile" | "microBatch" | "seq" | "cards" | "objective">,
): Measurement | undefined {
  if (cards !== undefined || (objective?.name ?? "sft") !== "sft") return undefined;
  const setup = { profile: profile.name, params: shape.totalParams, base, rank, microBatch, seq };
  return nearestMeasurement({ ...setup, ...settings });
}

/** Published measurements behind a stack's estimates, with errors if any states all that decides memory. */
export function measuredErrors(profile: string): MeasuredErrors | MeasuredCount | undefined {
  return errorsByProfile[profile];
}

type Row = (typeof measuredRows)[number][1][number];

function measurement(row: Row, source: string): Measurement {
  const [model, megaParams, profile, base, rank, microBatch, seq, checkpointing, attention, ...rest] = row;
  const [kbit, metric, measuredMb, predicted] = rest;
  const predictedBytes =
    typeof predicted === "number" ? predicted * 1e6 : ([predicted[0] * 1e6, predicted[1] * 1e6] as const);
  const params = megaParams * 1e6;
  const setup = { profile, params, base, rank, microBatch, seq, checkpointing, attention };
  return {
    model,
    ...setup,
    kbitPrepare: kbit === 1,
    metric,
    measuredBytes: measuredMb * 1e6,
    predictedBytes,
    source,
  };
}

function distance(setup: MeasuredSetup, other: Measurement): number {
  const doublings = (a: number, b: number): number => Math.abs(Math.log2(a / b));
  return (
    doublings(setup.params, other.params) +
    stackDistance(setup.profile, other.profile) +
    baseDistance(setup.base, other.base) +
    ((setup.checkpointing === "off") === (other.checkpointing === "off") ? 0 : 1) +
    ((setup.attention === "eager") === (other.attention === "eager") ? 0 : 0.5) +
    (isFloat(setup.base) || setup.kbitPrepare === other.kbitPrepare ? 0 : 0.5) +
    (other.metric === "device" ? 0.5 : 0) +
    doublings(setup.microBatch * setup.seq, other.microBatch * other.seq) / 2 +
    rankDistance(setup.rank, other.rank)
  );
}

function rankDistance(a: number | null, b: number | null): number {
  if (a === null || b === null) return a === b ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs(Math.log2(a / b)) / 10;
}

function stackDistance(a: string, b: string): number {
  if (a === b) return 0;
  return (modelCode[a] ?? "transformers") === (modelCode[b] ?? "transformers") ? 1 : 2;
}

function baseDistance(a: BaseFormatName, b: BaseFormatName): number {
  if (a === b) return 0;
  return isFloat(a) === isFloat(b) ? 0.25 : 2;
}
