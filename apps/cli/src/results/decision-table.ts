import type { Decision, RankSummary } from "@lorank/core";
import type { Output } from "../output.ts";
import { renderTable } from "../table.ts";
import { qualityColumns } from "./quality-columns.ts";

/** Quality of each compared rank; the recommended one in bold. */
export function decisionTable(decision: Decision, colours: Output["colours"]): string {
  return renderTable<RankSummary>(
    [
      { title: "rank", cell: ({ rank }) => String(rank) },
      ...qualityColumns<RankSummary>(decision, (row) => row),
    ],
    decision.ranks,
    { title: colours.dim, row: (line, { rank }) => (rank === decision.rank ? colours.bold(line) : line) },
  );
}
