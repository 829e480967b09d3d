import { type Decision, rankToUse } from "@lorank/core/results";
import type { Output } from "../output.ts";
import { renderTable } from "../table.ts";
import { qualityColumns, type RankQuality } from "./quality-columns.ts";

interface Row extends RankQuality {
  readonly rank: number;
}

/** Quality of each rank that was compared or predicted; the one to use in bold. */
export function decisionTable(decision: Decision, colours: Output["colours"]): string {
  const used = rankToUse(decision);
  return renderTable<Row>(
    [{ title: "rank", cell: ({ rank }) => String(rank) }, ...qualityColumns<Row>(decision, (row) => row)],
    rowsOf(decision),
    { title: colours.dim, row: (line, { rank }) => (rank === used ? colours.bold(line) : line) },
  );
}

function rowsOf({ ranks, probe }: Decision): Row[] {
  const compared = ranks.map((summary) => ({ rank: summary.rank, summary }));
  const tried = [...ranks, ...(probe?.confirmations ?? [])].map(({ rank }) => rank);
  const predicted = (probe?.predictions ?? [])
    .filter(({ rank }) => !tried.includes(rank))
    .map((prediction) => ({ rank: prediction.rank, prediction }));
  return [...compared, ...predicted].sort((a, b) => a.rank - b.rank);
}
