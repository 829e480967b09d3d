import { profiles } from "../../src/memory/profiles.ts";
import { profileOf } from "../../src/memory.ts";
import { measuredModel } from "./models.ts";
import { type Accuracy, type AccuracyRow, summary } from "./report.ts";
import { estimateOf } from "./rows.ts";

const metrics: Readonly<Record<string, string>> = {
  alloc: "allocated",
  peak: "allocated",
  active: "allocated",
  "alloc-after-fwd": "after forward",
  "reserved-max": "reserved",
  "nvidia-smi?": "device",
  "GB-rounded": "device",
};

/**
 * src/memory/measured-rows.ts: measurements of one card with what the estimate says of each, in as few bytes as that takes.
 * A profile that has five fully specified ones or more is there with those alone, and of runs that differ by lengths,
 * batch or rank, but hardly in memory, the first one. Then the count and errors of each profile.
 */
export function measuredModule(results: Accuracy): string {
  const { rows: all } = results;
  const specified = (profile: string): number =>
    all.filter(({ row }) => row.spec === "full" && row.profile === profile).length;
  const rows = all.filter(
    ({ row }) =>
      row.cards === undefined &&
      row.objective === undefined &&
      (row.spec === "full" || specified(row.profile) < 5),
  );
  const sources = [...new Set(rows.map(({ row }) => row.source))];
  const seen = new Map<string, number[]>();
  /** Tells if no run of the same model, stack and method has been seen within 8 % of this one. */
  const isNew = ({ row }: AccuracyRow): boolean => {
    const { model, profile, base, rank, settings, metric, bytes } = row;
    const key = JSON.stringify([model, profile, base, rank === null, settings, metric]);
    const others = seen.get(key) ?? [];
    seen.set(key, [...others, bytes]);
    return !others.some((other) => Math.abs(bytes / other - 1) < 0.08);
  };
  const entries = sources.map((source) => {
    const lines = rows
      .filter(({ row }) => row.source === source)
      .filter(isNew)
      .map(line);
    return `  [${JSON.stringify(source)}, [\n${lines.map((each) => `    ${each},`).join("\n")}\n  ]],`;
  });
  return `// Written by \`pnpm --filter @lorank/core accuracy\`; do not edit.
import type { BaseFormatName } from "./base-bytes.ts";
import type { AttentionKind, CheckpointingKind } from "./stack.ts";

type Row = readonly [
  model: string,
  millionParams: number,
  profile: string,
  base: BaseFormatName,
  rank: number | null,
  microBatch: number,
  seq: number,
  checkpointing: CheckpointingKind,
  attention: AttentionKind,
  kbitPrepare: 0 | 1,
  metric: "allocated" | "after forward" | "reserved" | "device",
  measuredMb: number,
  predictedMb: number | readonly [lo: number, hi: number],
];

/** Published measurements of one card by source, each with what the estimate says there. MB are 10⁶ bytes. */
// biome-ignore format: a table
export const measuredRows: readonly (readonly [source: string, rows: readonly Row[]])[] = [
${entries.join("\n")}
];
${errorLines(results)}`;
}

function line({ row, predicted }: AccuracyRow): string {
  const metric = metrics[row.metric];
  if (metric === undefined)
    throw new Error(`metric must be one of ${Object.keys(metrics).join(", ")}, got ${row.metric}`);
  const mega = (amount: number): number => Math.round(amount / 1e6);
  const { deviceBytes } = estimateOf(row);
  const { attention, kbitPrepare } = { ...profileOf(row.profile).settings, ...row.settings };
  return JSON.stringify([
    ...[row.model, mega(measuredModel(row.model).totalParams), row.profile, row.base, row.rank],
    ...[row.microBatch, row.seq, row.settings.checkpointing, attention, kbitPrepare ? 1 : 0, metric],
    mega(row.bytes),
    metric === "device" ? deviceBytes.map(mega) : mega(predicted),
  ]).replaceAll(",", ", ");
}

/** How many rows each profile rests on, and its errors on the fully specified ones, as the end of the module. */
function errorLines({ rows }: Accuracy): string {
  const entries = profiles.flatMap(({ name }) => {
    const own = rows.filter(({ row }) => row.profile === name);
    if (own.length === 0) return [];
    const errors = own.filter(({ row }) => row.spec === "full").map(({ error }) => error);
    const figures = errors.length === 0 ? "" : `, ${errorFigures(errors)}`;
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name);
    return [`  ${key}: { found: ${own.length}, rows: ${errors.length}${figures} },`];
  });
  return `
/** Number of published measurements that a profile rests on. */
export interface MeasuredCount {
  /** Published measurements on one card and on several. */
  readonly found: number;
  /** Published measurements that state all that decides memory. */
  readonly rows: number;
}

/** Unsigned errors in per cent of a profile's estimates on \`rows\`. */
export interface MeasuredErrors extends MeasuredCount {
  /** Per cent of the estimates that are below what was measured. */
  readonly below: number;
  readonly median: number;
  readonly max: number;
}

/** Counts and errors by profile; a profile without an entry has no measurement. */
export const errorsByProfile: Readonly<Record<string, MeasuredErrors | MeasuredCount>> = {
${entries.join("\n")}
};
`;
}

function errorFigures(errors: readonly number[]): string {
  const { below, median, max } = summary(errors);
  return `below: ${below.toFixed(0)}, median: ${median.toFixed(1)}, max: ${max.toFixed(1)}`;
}
