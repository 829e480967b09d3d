import {
  formatCount,
  formatDecimalBytes,
  type RankSummary,
  type Results,
  type TrialResult,
} from "@lorank/core";
import type { Output } from "../output.ts";
import { qualityColumns } from "../results/quality-columns.ts";
import { type Column, renderTable } from "../table.ts";
import { duration } from "../text.ts";

/** One rank of a finished sweep: what it costs and how well it does. */
export interface RankRow {
  readonly rank: number;
  readonly trainableParams: number;
  readonly optimizerBytes: number;
  readonly adapterBytes: number;
  /** Largest of its trials. */
  readonly peakResidentBytes: number;
  /** Median of its trials. */
  readonly secondsPerTrial: number;
  /** Absent when the rank could not be compared. */
  readonly summary?: RankSummary;
}

/** Ascending by rank. */
export function rankRows({ sweep, trials, decision }: Results): RankRow[] {
  return sweep.ranks.map((rank) => {
    const own = trials.filter(({ spec }) => spec.lora.rank === rank);
    const { trainableParams, optimizerBytes, adapterBytes } = own[0] as TrialResult;
    const summary = decision.ranks.find((one) => one.rank === rank);
    return {
      rank,
      trainableParams,
      optimizerBytes,
      adapterBytes,
      peakResidentBytes: Math.max(...own.map(({ measured }) => measured.peakResidentBytes)),
      secondsPerTrial: median(own.map(({ measured }) => measured.seconds.total)),
      ...(summary === undefined ? {} : { summary }),
    };
  });
}

/**
 * The table of a finished sweep, the recommended rank in bold. Where it is wider than the terminal, its costs and its
 * quality become two tables.
 */
export function renderRankTable(results: Results, colours: Output["colours"], columns: number): string {
  const { decision } = results;
  const rank: Column<RankRow> = { title: "rank", cell: (row) => String(row.rank) };
  const cost: Column<RankRow>[] = [
    { title: "trainable", cell: (row) => formatCount(row.trainableParams) },
    { title: "optimiser", cell: (row) => formatDecimalBytes(row.optimizerBytes) },
    { title: "adapter", cell: (row) => formatDecimalBytes(row.adapterBytes) },
    { title: "peak memory", cell: (row) => formatDecimalBytes(row.peakResidentBytes) },
    { title: "time a trial", cell: (row) => duration(row.secondsPerTrial) },
  ];
  const quality = qualityColumns<RankRow>(decision, ({ summary }) => summary);
  const rows = rankRows(results);
  const style = {
    title: colours.dim,
    row: (line: string, row: RankRow) => (row.rank === decision.rank ? colours.bold(line) : line),
  };
  const plain = renderTable([rank, ...cost, ...quality], rows);
  const fits = plain.split("\n").every((line) => line.length <= columns);
  if (fits) return renderTable([rank, ...cost, ...quality], rows, style);
  return `${renderTable([rank, ...cost], rows, style)}\n\n${renderTable([rank, ...quality], rows, style)}`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
