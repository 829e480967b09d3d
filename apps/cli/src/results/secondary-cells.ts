import type { Decision } from "@lorank/evidence/results";
import type { TextColumn } from "../output.ts";

/** Table columns on secondary outcomes: mean, interval and the state of the condition. */
export function secondaryColumns<Row>(
  { secondary = [] }: Pick<Decision, "secondary">,
  rankOf: (row: Row) => number | undefined,
): TextColumn<Row>[] {
  return secondary.map(({ name, unit, ranks }) => ({
    title: unit === undefined ? name : `${name} (${unit})`,
    cell: (row) => {
      const found = ranks.find(({ rank }) => rank === rankOf(row));
      if (found === undefined) return "";
      const { mean, interval, condition } = found;
      const ends = interval === undefined ? "" : ` [${interval.map(figure).join(", ")}]`;
      return `${figure(mean)}${ends}${condition === undefined ? "" : ` ${condition}`}`;
    },
  }));
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
