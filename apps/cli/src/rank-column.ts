import type { Compared } from "@lorank/evidence/results";
import type { TextColumn } from "./output.ts";
import { plainText } from "./text.ts";

/** Table column that names what is compared: a rank, or an arm by its name. */
export function rankColumn<Row extends { readonly rank: number }>({
  one,
  isNamed,
  cell,
}: Compared): TextColumn<Row> {
  const column: TextColumn<Row> = { title: one, cell: ({ rank }) => plainText(cell(rank)) };
  return isNamed ? { ...column, align: "left" } : column;
}
