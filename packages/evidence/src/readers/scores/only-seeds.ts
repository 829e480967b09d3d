import { InputError } from "@lorank/core";
import type { Row } from "@lorank/tables";
import { kindOfColumn, looksLikeSetting, mayNameRuns } from "../rows/column-kinds.ts";
import { andList, averageFlag, valueIn, whereFlag } from "../rows/row-choices.ts";
import { groupedBy, nameOfRank, nameOfRun, type PlacedRun, placesOf } from "./placed-run.ts";

export interface TableRun extends PlacedRun {
  readonly row: Row;
}

export interface ComparedRuns {
  readonly runs: readonly TableRun[];
  /** Columns that may be settings: all but rank, seed, rate, state and score. */
  readonly columns: readonly string[];
  readonly averageOver?: string | undefined;
  readonly source: string;
}

export const cellOf = ({ row }: TableRun, column: string): string => valueIn(row.values.get(column));

/**
 * Refuses runs at the same rank that differ in a setting: these are no repetitions. Settings may go with rank, seed or
 * rate. Without a seed, columns of unknown kind count if their values look like a setting's.
 *
 * @returns notes on settings that differ between ranks, whose effects cannot be separated from the rank's.
 * @throws InputError `E_OUTCOMES` with lines, columns, and the flags that choose.
 */
export function assertOnlySeedsDiffer(table: ComparedRuns): string[] {
  assertEachOnce(table);
  const { averageOver, source } = table;
  // A base without an adapter has none of an adapter's settings.
  const runs = table.runs.filter(({ rank }) => rank > 0);
  const columns = table.columns.filter((column) => column !== averageOver && !namesRuns(column, runs));
  const hasSeeds = runs.some(({ seed }) => seed !== undefined);
  const isSetting = (column: string): boolean => {
    const kind = kindOfColumn(column);
    return kind === "setting" || (kind === undefined && !hasSeeds && looksLikeSetting(byRank(runs, column)));
  };
  const differing = columns.filter(
    (column) => isSetting(column) && variesWithinRank({ ...table, runs }, column),
  );
  if (differing.length > 0) {
    const named = leadingColumns(differing, runs);
    const [column] = named as [string];
    const rank = groupedBy(runs, ({ rank }) => String(rank)).find((own) => valuesOf(own, column).length > 1)!;
    const pair = [rank[0]!, rank.find((run) => cellOf(run, column) !== cellOf(rank[0]!, column))!];
    const isNumber = valuesOf(runs, column).every((value) => Number.isFinite(Number(value)));
    const repetitions = !hasSeeds && isNumber ? "; if it tells repetitions apart, name it seed" : "";
    throw new InputError(
      "E_OUTCOMES",
      [
        `runs of one ${oneOf(runs)} must differ in the seed alone in ${source}, got ${described(named, runs)}, as in ${placesOf(pair)} of ${nameOfRank(rank[0]!)}`,
        choiceAdvice(named, runs, averageOver),
        `If ${column.trim()} is no setting of the training, leave the column out${repetitions}.`,
      ].join("\n"),
    );
  }
  return columns.flatMap((column) => confounded(column, runs));
}

/** Word for what is compared. */
function oneOf(runs: readonly TableRun[]): "rank" | "arm" {
  return runs.some(({ arm }) => arm !== undefined) ? "arm" : "rank";
}

/** Tells columns that name runs: each value differs, or contains the run's rank. */
function namesRuns(column: string, runs: readonly TableRun[]): boolean {
  if (!mayNameRuns(column)) return false;
  const hasRank = (run: TableRun) =>
    run.arm === undefined && cellOf(run, column).split(/\D+/).includes(String(run.rank));
  return (runs.length > 3 && valuesOf(runs, column).length === runs.length) || runs.every(hasRank);
}

function assertEachOnce({ runs, columns, averageOver, source }: ComparedRuns): void {
  const seeded = runs.filter(({ seed }) => seed !== undefined);
  const keyOf = (run: TableRun) =>
    `${nameOfRun(run)}${averageOver === undefined ? "" : `, ${averageOver.trim()} ${cellOf(run, averageOver)}`}`;
  const repeated = groupedBy(seeded, keyOf).filter(({ length }) => length > 1);
  const [first] = repeated;
  if (first === undefined) return;
  const isDiffering = (column: string) => repeated.some((group) => valuesOf(group, column).length > 1);
  const differing = columns.filter((column) => column !== averageOver && isDiffering(column));
  const settings = differing.filter((column) => {
    const kind = kindOfColumn(column);
    return kind === "setting" || (kind === undefined && looksLikeSetting(byRank(runs, column)));
  });
  const others = differing.filter(
    (column) => kindOfColumn(column) !== "measured" && !hasFractions(runs, column),
  );
  const named = leadingColumns(settings.length > 0 ? settings : others, repeated.flat());
  const count = repeated.length - 1;
  const more = count === 0 ? "" : `; ${count} more ${count === 1 ? "run" : "runs"} too`;
  const areSame = first.every(({ score }) => score === first[0]!.score) && differing.length === 0;
  throw new InputError(
    "E_OUTCOMES",
    [
      `${keyOf(first[0]!)} must occur once in ${source}, got it in ${placesOf(first)}${more}`,
      ...(named.length > 0
        ? [`They differ in ${described(named, repeated.flat())}.`, choiceAdvice(named, runs, averageOver)]
        : [`They ${areSame ? "are the same" : "differ in results alone"}: leave out all but one.`]),
    ].join("\n"),
  );
}

/** True for several values within a rank that go with neither seed, rate nor average. */
function variesWithinRank({ runs, averageOver }: ComparedRuns, column: string): boolean {
  const seeds = new Set(runs.map(({ seed }) => seed));
  // Seeds that no two runs share merely number the runs, and everything goes with them.
  const hasSharedSeeds = seeds.size < runs.length && !seeds.has(undefined);
  const parts = (["seed", "rate"] as const).filter((part) => part !== "seed" || hasSharedSeeds);
  const goesWith: ((run: TableRun) => string)[] = [
    ({ rank }) => String(rank),
    ...parts.map((part) => (run: TableRun) => String(run[part])),
    ...(averageOver === undefined ? [] : [(run: TableRun) => cellOf(run, averageOver)]),
  ];
  return goesWith.every((keyOf) => groupedBy(runs, keyOf).some((own) => valuesOf(own, column).length > 1));
}

/** Leaves out columns determined by another with more values. */
function leadingColumns(columns: readonly string[], runs: readonly TableRun[]): string[] {
  const count = new Map(columns.map((column) => [column, valuesOf(runs, column).length]));
  const leading: string[] = [];
  for (const column of [...columns].sort((a, b) => count.get(b)! - count.get(a)!)) {
    const follows = leading.some((other) =>
      groupedBy(runs, (run) => cellOf(run, other)).every((own) => valuesOf(own, column).length === 1),
    );
    if (!follows) leading.push(column);
  }
  return columns.filter((column) => leading.includes(column)).slice(0, 4);
}

/** Setting with a single value at each rank, but not the same at all ranks. */
function confounded(column: string, runs: readonly TableRun[]): string[] {
  // Arms differ in settings on purpose.
  if (oneOf(runs) === "arm" || kindOfColumn(column) !== "setting" || /alpha|scaling/i.test(column)) return [];
  const values = [...byRank(runs, column)].sort(([a], [b]) => a - b);
  if (values.some(([, own]) => new Set(own).size > 1)) return [];
  if (new Set(values.map(([, [value]]) => value)).size < 2) return [];
  const has = andList(values.map(([rank, [value]]) => `rank ${rank} has ${value}`));
  return [`${column.trim()} differs between ranks (${has}): what it does cannot be separated from the rank.`];
}

/** Measurements have fractions, unlike names, dates and counts. */
function hasFractions(runs: readonly TableRun[], column: string): boolean {
  return valuesOf(runs, column).some(
    (value) => !Number.isInteger(Number(value)) && Number.isFinite(Number(value)),
  );
}

function byRank(runs: readonly TableRun[], column: string): Map<number, string[]> {
  return new Map(
    groupedBy(runs, ({ rank }) => String(rank)).map((own) => [
      own[0]!.rank,
      own.map((run) => cellOf(run, column)),
    ]),
  );
}

export function valuesOf(runs: readonly TableRun[], column: string): string[] {
  return [...new Set(runs.map((run) => cellOf(run, column)))];
}

/** Columns and values in words: `task (mrpc and rte) and n (50, 100 and 4 more)`. */
function described(columns: readonly string[], runs: readonly TableRun[]): string {
  return andList(columns.map((column) => `${column.trim()} (${andList(valuesOf(runs, column), 4)})`));
}

/** Flags for the values that most ranks share, then most rows. */
function choiceAdvice(
  columns: readonly string[],
  runs: readonly TableRun[],
  averageOver: string | undefined,
): string {
  const sharing = groupedBy(runs, (run) => JSON.stringify(columns.map((column) => cellOf(run, column)))).map(
    (own) => ({ own, ranks: new Set(own.map(({ rank }) => rank)).size }),
  );
  const [{ own, ranks }] = sharing.sort((a, b) => b.ranks - a.ranks || b.own.length - a.own.length) as [
    (typeof sharing)[0],
  ];
  const names = andList(columns.map((column) => column.trim()));
  const one = oneOf(runs);
  if (ranks < 2) return `No two ${one}s have the same ${names}, so these runs do not compare ${one}s.`;
  const flags = columns.map((column) => whereFlag(column, cellOf(own[0]!, column))).join(" ");
  const isMetric = /metric/i.test(columns[0]!);
  const average =
    averageOver === undefined && !isMetric ? `, or take means by ${averageFlag(columns[0]!)}` : "";
  return `Choose by ${flags}${average}.`;
}
