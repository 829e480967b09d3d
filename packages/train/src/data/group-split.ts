import { InputError } from "@lorank/core";
import { randomStream } from "../random/random.ts";
import { type Grouped, groupNumbers } from "./groups.ts";

interface ClassedRow extends Grouped {
  readonly label?: string;
}

/** Row counts of a class: in all, aimed at for the drawn part, and drawn so far. */
interface ClassShare {
  readonly rows: number;
  readonly goal: number;
  taken: number;
}

interface DrawnPart {
  /** Row count aimed at for a class with this many rows. */
  readonly goalOf: (rows: number) => number;
  /** Least row count for the drawn part, if groups allow it. */
  readonly fewest: number;
  readonly seed: number;
}

/**
 * Draws whole groups: each class comes near the goal and keeps a row in the rest.
 *
 * Groups come in an order that `seed` and group number determine. Taken are those that do not raise Σ (taken − goal)² /
 * goal over the classes. Then follow those that raise it least: for classes without a row, for `fewest` rows, and for
 * two groups in all.
 *
 * @throws InputError `E_SPLIT` if fewer than two groups can be taken.
 */
export function drawGroups<T extends ClassedRow>(
  rows: readonly T[],
  { goalOf, fewest, seed }: DrawnPart,
): ReadonlySet<T> {
  const groups: T[][] = [];
  for (const [i, number] of groupNumbers(rows.map(({ group }) => group)).entries()) {
    groups[number] ??= [];
    groups[number].push(rows[i]!);
  }
  const classes = new Map<string, ClassShare>();
  for (const [name, count] of countClasses(rows))
    classes.set(name, { rows: count, goal: goalOf(count), taken: 0 });
  const order = randomStream(seed, "validation-split-groups").shuffle(groups.length);
  const left = new Set(Array.from(order, (i) => describe(groups[i]!)));
  const drawn = new Set<T>();
  let drawnGroups = 0;
  const take = (group: RowsOfGroup<T>): void => {
    left.delete(group);
    drawnGroups++;
    for (const row of group.rows) drawn.add(row);
    for (const [name, count] of group.counts) classes.get(name)!.taken += count;
  };
  const takeBest = (isPossible: (group: RowsOfGroup<T>) => boolean): boolean => {
    const possible = [...left].filter((group) => isPossible(group) && leavesRows(group, classes));
    if (possible.length === 0) return false;
    take(possible.reduce((a, b) => (growth(b, classes) < growth(a, classes) ? b : a)));
    return true;
  };
  for (const group of [...left]) if (leavesRows(group, classes) && growth(group, classes) <= 0) take(group);
  const size = [...classes.values()].reduce((sum, { goal }) => sum + goal, 0);
  for (const [name, { taken }] of classes)
    if (taken === 0) takeBest(({ rows, counts }) => counts.has(name) && rows.length <= size);
  while (drawn.size < fewest || drawnGroups < 2) if (!takeBest(() => true)) break;
  if (drawnGroups > 1) return drawn;
  throw new InputError(
    "E_SPLIT",
    "the data must have two or more groups to validate on that leave each class a row to train on, " +
      `got ${drawnGroups} in ${groups.length}`,
  );
}

interface RowsOfGroup<T> {
  readonly rows: readonly T[];
  readonly counts: ReadonlyMap<string, number>;
}

function describe<T extends ClassedRow>(rows: readonly T[]): RowsOfGroup<T> {
  return { rows, counts: countClasses(rows) };
}

function countClasses(rows: readonly ClassedRow[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { label = "" } of rows) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}

/** True if each class keeps a row outside the part. */
function leavesRows({ counts }: RowsOfGroup<unknown>, classes: ReadonlyMap<string, ClassShare>): boolean {
  return [...counts].every(([name, count]) => {
    const { rows, taken } = classes.get(name)!;
    return taken + count < rows;
  });
}

function growth({ counts }: RowsOfGroup<unknown>, classes: ReadonlyMap<string, ClassShare>): number {
  return [...counts].reduce((sum, [name, count]) => {
    const { goal, taken } = classes.get(name)!;
    return sum + (count * (2 * (taken - goal) + count)) / goal;
  }, 0);
}
