import type { BaseFormatName } from "./base-bytes.ts";
import { measuredRows } from "./measured-rows.ts";
import type { CheckpointingKind } from "./stack.ts";

/** What an estimate was asked for, as far as it decides which measurement is near. */
export interface MeasuredSetup {
  readonly profile: string;
  /** Parameters of the model. */
  readonly params: number;
  readonly base: BaseFormatName;
  readonly rank: number;
  readonly microBatch: number;
  readonly seq: number;
  readonly checkpointing: CheckpointingKind;
  readonly kbitPrepare: boolean;
}

/** A published measurement, and what the estimate says of the same run. */
export interface Measurement extends MeasuredSetup {
  /** Its short name in the catalogue, but for `nb-1b`: the 1B Llama of answer.ai's notebook. */
  readonly model: string;
  /** `device`: by the device's own tool. `after forward`: allocated when a forward pass has ended. */
  readonly metric: "allocated" | "after forward" | "reserved" | "device";
  readonly measuredBytes: number;
  /** Of the device, its bounds. */
  readonly predictedBytes: number | readonly [lo: number, hi: number];
  /** Repository and file that published it. */
  readonly source: string;
}

/** By what a run was measured on: `transformers` under whatever trains with it, or a stack with its own models. */
const modelCode: Readonly<Record<string, string>> = {
  litgpt: "litgpt",
  "litgpt-2023": "litgpt",
  torchtune: "torchtune",
  "torchtune-2024": "torchtune",
};

/**
 * The published measurement that is most like `asked`. Model size counts for most: one for a factor of two. Another
 * stack counts as much as a factor of two or four in size, a quantised base beside one that is not as four, checkpointing
 * on or off as two. Whether a quantised base is prepared for k-bit training counts half as much, a factor of two in tokens
 * too, and one in rank a tenth. What the device showed, of runs whose settings are not all known, is half a step behind.
 */
export function nearestMeasurement(asked: MeasuredSetup): Measurement {
  const all = measuredRows.flatMap(([source, rows]) => rows.map((row) => ({ row, source })));
  let best = all[0]!;
  for (const each of all) if (distance(asked, each.row) < distance(asked, best.row)) best = each;
  return measurement(best);
}

type Row = (typeof measuredRows)[number][1][number];

function measurement({ row, source }: { readonly row: Row; readonly source: string }): Measurement {
  const [
    model,
    megaParams,
    profile,
    base,
    rank,
    microBatch,
    seq,
    checkpointing,
    kbit,
    metric,
    measured,
    predicted,
  ] = row;
  const predictedBytes =
    typeof predicted === "number" ? predicted * 1e6 : ([predicted[0] * 1e6, predicted[1] * 1e6] as const);
  const params = megaParams * 1e6;
  const setup = { profile, params, base, rank, microBatch, seq, checkpointing, kbitPrepare: kbit === 1 };
  return { model, ...setup, metric, measuredBytes: measured * 1e6, predictedBytes, source };
}

function distance(asked: MeasuredSetup, row: Row): number {
  const [, megaParams, profile, base, rank, microBatch, seq, checkpointing, kbit, metric] = row;
  const doublings = (a: number, b: number): number => Math.abs(Math.log2(a / b));
  return (
    doublings(asked.params, megaParams * 1e6) +
    stackDistance(asked.profile, profile) +
    baseDistance(asked.base, base) +
    ((asked.checkpointing === "off") === (checkpointing === "off") ? 0 : 1) +
    (isFloat(asked.base) || asked.kbitPrepare === (kbit === 1) ? 0 : 0.5) +
    (metric === "device" ? 0.5 : 0) +
    doublings(asked.microBatch * asked.seq, microBatch * seq) / 2 +
    doublings(asked.rank, rank) / 10
  );
}

function isFloat(base: BaseFormatName): boolean {
  return /^(fp|bf)/.test(base);
}

function stackDistance(a: string, b: string): number {
  if (a === b) return 0;
  return (modelCode[a] ?? "transformers") === (modelCode[b] ?? "transformers") ? 1 : 2;
}

function baseDistance(a: BaseFormatName, b: BaseFormatName): number {
  if (a === b) return 0;
  return isFloat(a) === isFloat(b) ? 0.25 : 2;
}
