import type { Decision } from "@lorank/evidence/results";
import type { TextColumn } from "../output.ts";

/** Most outcomes without a condition that a table shows: a suite may have dozens of tasks. */
const mostShown = 4;

/** Table columns on secondary outcomes: mean, interval and the state of the condition. */
export function secondaryColumns<Row>(
  { secondary = [] }: Pick<Decision, "secondary">,
  rankOf: (row: Row) => number | undefined,
): TextColumn<Row>[] {
  const limited = secondary.filter(({ limit }) => limit !== undefined);
  const others = secondary.filter(({ limit }) => limit === undefined);
  const left = others.length - mostShown;
  const more = left > 0 ? [{ title: `${left} more with --json`, cell: () => "" }] : [];
  const shown = [...limited, ...others.slice(0, mostShown)].map(({ name, unit, ranks }) => ({
    title: unit === undefined ? name : `${name} (${unit})`,
    cell: (row: Row) => {
      const found = ranks.find(({ rank }) => rank === rankOf(row));
      if (found === undefined) return "";
      const { mean, interval, condition } = found;
      const ends = interval === undefined ? "" : ` [${interval.map(figure).join(", ")}]`;
      return `${figure(mean)}${ends}${condition === undefined ? "" : ` ${condition}`}`;
    },
  }));
  return [...shown, ...more];
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}
