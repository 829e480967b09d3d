import { formatCount, formatDecimalBytes } from "@lorank/core";
import { type RankCosts, type RankRow, type Results, rankRows, rankToUse } from "@lorank/core/results";
import type { Output } from "../output.ts";
import { qualityColumns } from "../results/quality-columns.ts";
import { type Column, renderTable } from "../table.ts";
import { duration } from "../text.ts";

/** The rows of a sweep's ranks as its JSON document has them: without the trials, which are in results.json. */
export function rankDocuments(results: Results) {
  return rankRows(results).map(({ rank, role, costs, summary, prediction }) => ({
    rank,
    role,
    ...costs,
    ...(summary === undefined ? {} : { summary }),
    ...(prediction === undefined ? {} : { prediction }),
  }));
}

/**
 * The table of a finished sweep, the recommended rank in bold. Where it is wider than the terminal, its costs and its
 * quality become two tables.
 */
export function renderRankTable(results: Results, colours: Output["colours"], columns: number): string {
  const { decision } = results;
  const rank: Column<RankRow> = { title: "rank", cell: (row) => String(row.rank) };
  const of = (read: keyof RankCosts, write: (value: number) => string) => (row: RankRow) => {
    const value = row.costs?.[read];
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
    row: (line: string, row: RankRow) => (row.rank === rankToUse(decision) ? colours.bold(line) : line),
  };
  const plain = renderTable([rank, ...cost, ...quality], rows);
  const fits = plain.split("\n").every((line) => line.length <= columns);
  if (fits) return renderTable([rank, ...cost, ...quality], rows, style);
  return `${renderTable([rank, ...cost], rows, style)}\n\n${renderTable([rank, ...quality], rows, style)}`;
}
