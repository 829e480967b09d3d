import { valueColumns } from "../columns/outcome-columns.ts";
import type { OutcomeCell, OutcomeTable } from "../decide/outcomes.ts";

export interface NamedOutcomes extends OutcomeTable {
  /** Names of examples, in the order of a run's outcomes. */
  readonly exampleNames: readonly string[];
}

export interface AlignedOutcomes {
  readonly first: OutcomeTable;
  readonly second: OutcomeTable;
  /** Examples that only one of the tables has. */
  readonly leftOut: number;
}

/** Least share of the smaller table's examples that both must have, to be compared by example. */
const leastShare = 0.5;

/** Outcomes of two tables on the examples that both have, in the first's order; undefined for too few. */
export function alignExamples(first: NamedOutcomes, second: NamedOutcomes): AlignedOutcomes | undefined {
  const places = new Map(second.exampleNames.map((name, place) => [name, place]));
  const shared = first.exampleNames.flatMap((name, place) => {
    const other = places.get(name);
    return other === undefined ? [] : [[place, other] as const];
  });
  const [fewer, more] = [first, second].map(({ exampleNames }) => exampleNames.length).sort((a, b) => a - b);
  if (shared.length < 2 || shared.length < leastShare * fewer!) return undefined;
  return {
    first: onExamples(
      first,
      shared.map(([place]) => place),
    ),
    second: onExamples(
      second,
      shared.map(([, place]) => place),
    ),
    leftOut: fewer! + more! - 2 * shared.length,
  };
}

function onExamples(table: OutcomeTable, places: readonly number[]): OutcomeTable {
  const chosen = (values: ArrayLike<number>): Float64Array =>
    Float64Array.from(places, (place) => values[place]!);
  const cells = table.cells.map((cell): OutcomeCell => {
    const columns = valueColumns.flatMap(([field]) =>
      cell[field] === undefined ? [] : [[field, chosen(cell[field])]],
    );
    const groups = cell.groups === undefined ? {} : { groups: Int32Array.from(chosen(cell.groups)) };
    return { ...cell, ...Object.fromEntries(columns), ...groups };
  });
  const { prior: _, ...rest } = table;
  return { ...rest, cells, examples: places.length };
}
