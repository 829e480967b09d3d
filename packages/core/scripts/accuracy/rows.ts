import { baseFormat } from "../../src/memory/base-bytes.ts";
import { estimateMemory, type MemoryEstimate } from "../../src/memory/estimate.ts";
import { estimateFull, type FullEstimate } from "../../src/memory/full.ts";
import {
  type Cards,
  type FloatDtype,
  type Objective,
  type Profile,
  profileOf,
  type StackSettings,
  type Strategy,
} from "../../src/memory.ts";
import { selectTargets } from "../../src/models.ts";
import { type RunTraits, readCsv, readSettings } from "./csv.ts";
import { measuredLayers, measuredModel } from "./models.ts";

/** One published measurement; see data/README.md. */
export interface MeasuredRow {
  readonly id: string;
  readonly source: string;
  readonly version: string;
  readonly profile: string;
  readonly model: string;
  readonly base: string;
  /** Null where all weights are trained. */
  readonly rank: number | null;
  readonly targets: string;
  readonly microBatch: number;
  readonly seq: number;
  /** Undefined where one card trained. */
  readonly cards: Cards | undefined;
  readonly settings: Partial<StackSettings>;
  /** Traits of the run that are not the profile's. */
  readonly traits: RunTraits;
  /** Undefined for supervised fine-tuning. */
  readonly objective: Objective | undefined;
  readonly bytes: number;
  readonly metric: string;
  /** `full`: the source states all that decides the figure. */
  readonly spec: "full" | "partial";
  readonly note: string;
  /** Signed errors of other tools in per cent, by tool. */
  readonly others: Readonly<Record<string, number>>;
}

const others = {
  llamaFactoryErrorPercent: "LLaMA-Factory's table",
  accelerateErrorPercent: "accelerate (Adam)",
  gpuPoorErrorPercent: "gpu_poor",
  eleutherErrorPercent: "EleutherAI cookbook + LoRA states",
  ibmErrorPercent: "IBM fm-training-estimator",
} as const;

export function readRows(): MeasuredRow[] {
  return readCsv("measured-memory.csv").map(toRow);
}

function toRow(cell: Readonly<Record<string, string>>): MeasuredRow {
  const [count, strategy] = cell.cards!.split(" ");
  const { autocast, expandsKeyValue, fullLogitBytes, ...pairs } = readSettings(cell.settings!);
  const { objective: name, completion, generations, ...settings } = pairs;
  const { logitBytes } = profileOf(cell.profile!).traits;
  return {
    id: cell.id!,
    source: cell.source!,
    version: cell.version!,
    profile: cell.profile!,
    model: cell.model!,
    base: cell.base!,
    rank: cell.rank === "" ? null : Number(cell.rank),
    targets: cell.targets!,
    microBatch: Number(cell.microBatch),
    seq: Number(cell.seq),
    cards: strategy === undefined ? undefined : { count: Number(count), strategy: strategy as Strategy },
    settings: {
      checkpointing: cell.checkpointing as StackSettings["checkpointing"],
      dropout: Number(cell.dropout),
      ...settings,
    },
    traits: {
      ...(autocast === undefined ? {} : { autocast }),
      ...(expandsKeyValue === undefined ? {} : { expandsKeyValue }),
      ...(fullLogitBytes === undefined ? {} : { logitBytes: { ...logitBytes, full: fullLogitBytes } }),
    },
    objective: name && { name, completion, generations },
    bytes: Number(cell.measured) * Number(cell.unitBytes),
    metric: cell.metric!,
    spec: cell.spec as MeasuredRow["spec"],
    note: cell.note!,
    others: Object.fromEntries(
      Object.entries(others).flatMap(([column, name]) =>
        cell[column] ? [[name, Number(cell[column])] as const] : [],
      ),
    ),
  };
}

type AnyEstimate = MemoryEstimate | FullEstimate;

export function estimateOf(row: MeasuredRow, ofRow: Profile = profileOf(row.profile)): AnyEstimate {
  const profile = { ...ofRow, traits: { ...ofRow.traits, ...row.traits } };
  const shape = measuredModel(row.model);
  const { rank, settings, microBatch, seq, cards, objective } = row;
  const run = { shape, profile, settings, microBatch, seq, ...(cards ? { cards } : {}), objective };
  if (rank === null) return estimateFull({ ...run, dtype: row.base as FloatDtype });
  const targets = selectTargets(shape, measuredLayers(shape, row.targets));
  return estimateMemory({ ...run, targets, rank, base: baseFormat(row.base) });
}

/** The figure that the row's metric measures. Answer-ai's notebook runs no optimiser: its states are not there. */
export function predictedBytes(row: MeasuredRow, estimate: AnyEstimate): number {
  if (row.metric === "alloc-after-fwd") return estimate.afterForwardBytes - estimate.parts.optimizerStates;
  return estimate.allocatedBytes;
}

/** Signed error in per cent. */
export function errorOf(row: MeasuredRow, profile?: Profile): number {
  return 100 * (predictedBytes(row, estimateOf(row, profile)) / row.bytes - 1);
}
