import type { ArmAxis } from "@lorank/evidence/results";
import type { TextColumn } from "./output.ts";
import { plainText } from "./text.ts";

/** Table column that names what is compared: a rank, or an arm by its name. */
export function rankColumn<Row extends { readonly rank: number }>(
  axis: ArmAxis | undefined,
): TextColumn<Row> {
  if (axis === undefined) return { title: "rank", cell: ({ rank }) => String(rank) };
  return { title: "arm", align: "left", cell: ({ rank }) => plainText(axis.names[rank - 1] ?? "") };
}
