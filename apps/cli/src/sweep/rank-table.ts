import { formatCount, formatDecimalBytes } from "@lorank/core";
import type { Results, TrialResult } from "@lorank/core/results";
import type { Output } from "../output.ts";
import { qualityColumns, type RankQuality } from "../results/quality-columns.ts";
import { type Column, renderTable } from "../table.ts";
import { duration } from "../text.ts";

/** What the trials of a rank cost. */
interface TrialCosts {
  readonly trainableParams: number;
  readonly optimizerBytes: number;
  readonly adapterBytes: number;
  /** Largest of its trials. */
  readonly peakResidentBytes: number;
  /** Median of its trials. */
  readonly secondsPerTrial: number;
}

/** One rank of a finished sweep: what it costs and how well it does. A rank that was not trained has no costs. */
export interface RankRow extends RankQuality, Partial<TrialCosts> {
  readonly rank: number;
}

/** Ascending by rank. */
export function rankRows({ sweep, trials, decision }: Results): RankRow[] {
  return sweep.ranks.map((rank) => {
    const own = trials.filter(({ spec }) => spec.lora.rank === rank);
    const summary = decision.ranks.find((one) => one.rank === rank);
    const prediction = decision.probe?.predictions.find((one) => one.rank === rank);
    return {
      rank,
      ...(own[0] === undefined ? {} : costsOf(own[0], own)),
      ...(summary === undefined ? {} : { summary }),
      ...(prediction === undefined || own.length > 0 ? {} : { prediction }),
    };
  });
}

function costsOf(
  { trainableParams, optimizerBytes, adapterBytes }: TrialResult,
  all: readonly TrialResult[],
): TrialCosts {
  return {
    trainableParams,
    optimizerBytes,
    adapterBytes,
    peakResidentBytes: Math.max(...all.map(({ measured }) => measured.peakResidentBytes)),
    secondsPerTrial: median(all.map(({ measured }) => measured.seconds.total)),
  };
}

/**
 * The table of a finished sweep, the recommended rank in bold. Where it is wider than the terminal, its costs and its
 * quality become two tables.
 */
export function renderRankTable(results: Results, colours: Output["colours"], columns: number): string {
  const { decision } = results;
  const rank: Column<RankRow> = { title: "rank", cell: (row) => String(row.rank) };
  const of = (read: keyof TrialCosts, write: (value: number) => string) => (row: RankRow) => {
    const value = row[read];
    return value === undefined ? "" : write(value);
  };
  const cost: Column<RankRow>[] = [
    { title: "trainable", cell: of("trainableParams", formatCount) },
    { title: "optimiser", cell: of("optimizerBytes", formatDecimalBytes) },
    { title: "adapter", cell: of("adapterBytes", formatDecimalBytes) },
    { title: "peak memory", cell: of("peakResidentBytes", formatDecimalBytes) },
    { title: "time a trial", cell: of("secondsPerTrial", duration) },
  ];
  const quality = qualityColumns<RankRow>(decision, (row) => row);
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
