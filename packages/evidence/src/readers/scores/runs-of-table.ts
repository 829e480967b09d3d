import { InputError } from "@lorank/core";
import { placesLike, type Row } from "@lorank/tables";
import { hasPercentSign, readCell } from "../../columns/cells.ts";
import { type Field, measured, columns as table } from "../../columns/columns.ts";
import { quote, type Rule } from "../../columns/rules.ts";
import {
  columnsOf,
  findColumns,
  numberedColumns,
  type Places,
  readerOf,
  shapes,
} from "../../columns/shapes.ts";
import { OutcomeProblems } from "../../decide/outcome-problems.ts";
import type { SecondaryOfRun } from "../../decide/outcomes.ts";
import type { ScoredRun } from "../../decide/score-design.ts";
import type { ChosenRows } from "../../schema/types.ts";
import type { ArmsRead } from "../rows/arms-read.ts";
import { andList, averagedUse, namedColumn, type RowChoices, RowFilter } from "../rows/row-choices.ts";
import { assertNoSecondary, type SecondaryColumn, secondaryColumns } from "../rows/secondary-columns.ts";
import { averageRuns } from "./average-runs.ts";
import { bestColumn } from "./best-column.ts";
import { type ChosenScore, chooseScore, otherScores, type ScoreChoices } from "./choose-score.ts";
import { bestOnTheWay, foldedBySteps, stepColumn } from "./on-the-way.ts";
import { assertOnlySeedsDiffer, type TableRun } from "./only-seeds.ts";
import { scoredRun } from "./placed-run.ts";
import type { ReadScores } from "./read-scores.ts";
import { suiteOfRuns } from "./suite-of-runs.ts";
import { inOneUnit } from "./units.ts";

/** Checks cells, and counts bad cells and rows left out. */
export class CellChecks extends OutcomeProblems {
  readonly #left = new Map<string, number>();

  leaveOut(why: string): [] {
    this.#left.set(why, (this.#left.get(why) ?? 0) + 1);
    return [];
  }

  /** Notes on what was left out; rows are runs, or points of runs. */
  leftOut(what: "run" | "row" = "run"): string[] {
    return [...this.#left].map(
      ([why, count]) => `Left out ${count} ${count === 1 ? what : `${what}s`}: ${why}.`,
    );
  }

  /** Number in a cell, as `checked`. */
  number(row: Row, column: string, rule: Rule = measured): number | undefined {
    return this.checked(row, column, readCell[rule.kind](row.values.get(column), true), rule);
  }

  /** Checked value; undefined for an empty cell, and (a problem) against the rule. */
  checked({ number }: Row, column: string, value: unknown, { rule, holds }: Rule): number | undefined {
    if (holds(value)) return value as number;
    const isEmpty = value == null || (typeof value === "string" && /^\s*(nan|null|none|-)?\s*$/i.test(value));
    if (!isEmpty) this.add(`row ${number}: ${column} must be ${rule}, got ${quote(value)}`);
    return undefined;
  }
}

/** Choices for a run table. `arms`: arms to which rows belong. */
export interface TableChoices extends ScoreChoices, RowChoices {
  readonly arms?: ArmsRead | undefined;
}

/** Scores in a table: a row per run, or a column per rank or seed. Throws as `readScores`. */
export function scoresOfTable(read: readonly Row[], path: string, made: TableChoices): ReadScores {
  const written = [...new Set(read.slice(0, 1000).flatMap(({ values }) => [...values.keys()]))];
  const suite = suiteOfRuns({ rows: read, columns: written }, path, made);
  const { rows: all, columns, choices } = suite;
  const filter = new RowFilter(choices, columns, path);
  const rows = all.filter(({ values }) => filter.keeps((column) => values.get(column)));
  const where = filter.chosen();
  const averageOver =
    choices.averageOver &&
    namedColumn(suite.isByRow ? "--suite" : "--average-over", choices.averageOver, columns, path);
  const cells = new CellChecks(path);
  const { arms } = choices;
  const ofArms = arms?.ownColumns(columns, path) ?? [];
  const { examples, ...others } = withoutColumns(
    ofArms,
    findColumns("runs", columns, { source: path }),
    columns,
  );
  // Column `examples` is a setting, no example count, if the user chose rows by it.
  const isSetting =
    examples !== undefined && where.where?.some(({ column }) => column === columns[examples]!.trim());
  const places = examples === undefined || isSetting ? others : { ...others, examples };
  const { rank, seed } = places;
  const found =
    arms !== undefined ||
    (rank !== undefined && (seed !== undefined || numberedColumns(columns, "seed").length === 0))
      ? runsOfRows({ rows, columns, path, choices, cells }, places)
      : runsOfColumns({ rows, columns, path, choices, cells }, rank === undefined ? rank : columns[rank]);
  cells.throwIfAny();
  if (found.runs.length === 0)
    throw new InputError("E_OUTCOMES", `${path} must have a row for each run, got none`);
  const { column, metric } = found;
  const { runs: rowsInUnit, wasPercent } = inOneUnit(found.runs, metric, path);
  const { runs, areFolded } = foldedBySteps(
    rowsInUnit as readonly TableRun[],
    columns,
    metric,
    averageOver || undefined,
  );
  const step = stepColumn(columns);
  const settings = areFolded ? found.columns.filter((one) => one !== step) : found.columns;
  const known = found.seedsAreRows ? runs.map(({ seed, ...run }) => run) : runs;
  const table = { runs: known as readonly TableRun[], columns: settings, averageOver, source: path };
  const differing = assertOnlySeedsDiffer(table);
  const averaged = averageOver && averageRuns(table.runs, averageOver, path, suite.isByRow);
  const tasks = suite.isByRow && averaged ? averaged.values : suite.tasks;
  const chosenRows: ChosenRows = {
    ...where,
    ...(averaged ? { averageOver: { column: averageOver.trim(), values: averaged.values } } : {}),
  };
  return {
    runs: (averaged ? averaged.runs : runs).map(scoredRun),
    ...(found.examples === undefined ? {} : { examples: found.examples }),
    ...{ column, metric: suite.metric ?? metric, files: [path] },
    ...(Object.keys(chosenRows).length > 0 ? { chosenRows } : {}),
    ...(arms === undefined ? {} : { axis: arms.axis() }),
    ...(tasks === undefined ? {} : { tasks }),
    notes: [
      `Read ${runs.length} runs of ${path}: ${column}${wasPercent ? ", in percent," : ""}${areFolded ? ` at the last ${step}` : ""} by ${found.by}.`,
      ...cells.leftOut(areFolded ? "row" : "run"),
      ...withoutScores(arms?.names ?? [], table.runs),
      ...differing,
      ...found.others,
      ...suite.notes,
    ],
  };
}

/** Note on arms of which no run has a score. */
function withoutScores(names: readonly string[], runs: readonly TableRun[]): string[] {
  const scored = new Set(runs.map(({ arm }) => arm));
  const missing = names.filter((name) => !scored.has(name));
  return missing.length === 0 ? [] : [`Not compared, for lack of a score: ${andList(missing)}.`];
}

/** Places of fields, but for those of the columns that name arms; ranks are then a setting. */
function withoutColumns(ofArms: readonly string[], places: Places, columns: readonly string[]): Places {
  if (ofArms.length === 0) return places;
  const { rank: _, ...others } = places;
  return Object.fromEntries(Object.entries(others).filter(([, place]) => !ofArms.includes(columns[place]!)));
}

interface Table {
  readonly rows: readonly Row[];
  readonly columns: readonly string[];
  readonly path: string;
  readonly choices: TableChoices;
  readonly cells: CellChecks;
}

interface FoundRuns extends ChosenScore {
  readonly runs: readonly TableRun[];
  readonly examples?: number;
  /** True if rows count as seeds, for lack of a column. */
  readonly seedsAreRows: boolean;
  readonly by: string;
  /** Columns that may be settings: all but rank, seed, rate, state and score. */
  readonly columns: readonly string[];
  readonly others: readonly string[];
}

function runOf(
  row: Row,
  column: string,
  run: Pick<TableRun, "rank" | "seed" | "rate" | "startedAt" | "startedFrom" | "score" | "arm">,
): TableRun {
  const { number, sheetRow } = row;
  const place = sheetRow === undefined ? `row ${number}` : `line ${sheetRow}`;
  return { ...run, row, place, hasSign: hasPercentSign(row.values.get(column)) };
}

function runsOfRows({ rows, columns, path, choices, cells }: Table, places: Places): FoundRuns {
  const column = Object.fromEntries(
    Object.entries(places).map(([field, place]) => [field, columns[place]]),
  ) as { readonly [F in Field]?: string };
  const ours: readonly string[] = Object.values(column);
  const read = readerOf(places, true);
  const hasNumbers = (column: string): boolean =>
    rows.slice(0, 1000).some(({ values }) => typeof readCell.measured(values.get(column), true) === "number");
  const numbers = columns.filter((column) => !ours.includes(column) && hasNumbers(column));
  const score = chooseScore(numbers, choices, path);
  const counts: number[] = [];
  const { arms } = choices;
  const seeds = columnsOf("runs", ["seed"], columns).map((one) => [one, "seed"] as const);
  const averaged = choices.averageOver && namedColumn("--average-over", choices.averageOver, columns, path);
  const taken = new Map([...seeds, [score.column, "score"], ...averagedUse(averaged || undefined)]);
  const secondary = secondaryColumns(
    choices.secondary ?? [],
    columns,
    path,
    new Map([...taken, ...ours.map((one) => [one, "setting or place of a run"] as const)]),
  );
  const ofSecondary = secondary.map((one) => one.column);
  const armIn = arms?.rowReader(
    columns,
    path,
    new Map([...taken, ...ofSecondary.map((one) => [one, "secondary outcome"] as const)]),
  );
  const best = bestColumn(numbers, score.column);
  const runs = rows.flatMap((row): TableRun[] => {
    const found = read((place) => row.values.get(columns[place]!));
    const state = String(found.state ?? "").trim();
    if (!/^(|finished|completed?|success|succeeded|done|ok)$/i.test(state))
      return cells.leaveOut(state.toLowerCase());
    const numberOf = (field: "rank" | "seed" | "examples" | "rate") =>
      cells.checked(row, column[field]!, found[field], table[field]);
    const rank = armIn === undefined ? numberOf("rank") : armIn((name) => row.values.get(name));
    if (rank === undefined) return cells.leaveOut("without a rank");
    const value = cells.number(row, score.column);
    if (value === undefined) return cells.leaveOut("without a score");
    const [seed, count, rate] = [numberOf("seed"), numberOf("examples"), numberOf("rate")];
    if (count !== undefined) counts.push(count);
    const run = { rank, seed, rate, startedAt: found.time, startedFrom: found.start, score: value };
    const arm = armIn && { arm: arms!.names[rank - 1]! };
    if (best !== undefined) Object.assign(run, bestOnTheWay(cells.number(row, best), value, score.metric));
    if (secondary.length > 0) Object.assign(run, { secondary: secondaryIn(row, secondary, cells) });
    return [runOf(row, score.column, { ...scoredRun(run as ScoredRun), ...arm })];
  });
  const isCounted = counts.length > 0 && counts.length === runs.length;
  const examples = isCounted ? { examples: Math.min(...counts) } : {};
  const on = isCounted ? `, on ${examples.examples} evaluation examples (${column.examples})` : "";
  const ofArms = arms?.ownColumns(columns, path) ?? [];
  const by = `${armIn === undefined ? column.rank : arms!.axis().by}${column.seed === undefined ? "" : ` and ${column.seed}`}${on}`;
  const ofScore = [score.column, ...(best === undefined ? [] : [best])];
  const own = [column.rank, column.seed, column.rate, column.state, column.start, ...ofScore, ...ofArms];
  const others = columns.filter((one) => !own.includes(one) && !ofSecondary.includes(one));
  const further = numbers.filter((one) => !ofSecondary.includes(one));
  return {
    ...{ ...score, runs, ...examples, seedsAreRows: false, by },
    columns: others,
    others: otherScores("table", further, score.column),
  };
}

function secondaryIn(row: Row, columns: readonly SecondaryColumn[], cells: CellChecks): SecondaryOfRun[] {
  return columns.flatMap(({ name, column }) => {
    const before = cells.count;
    const value = cells.number(row, column);
    if (value !== undefined) return [{ name, values: [value] }];
    if (cells.count === before)
      cells.add(
        `row ${row.number}: ${column.trim()} must be ${measured.rule} in each run with a score, got none`,
      );
    return [];
  });
}

/** Table with a column per rank and a row per seed; transposed with `rankColumn`. */
function runsOfColumns({ rows, columns, path, choices, cells }: Table, rankColumn?: string): FoundRuns {
  const [what, other] = rankColumn === undefined ? (["rank", "seed"] as const) : (["seed", "rank"] as const);
  const across = numberedColumns(columns, what);
  if (across.length > 0) assertNoSecondary(choices.secondary, `${path}, with a column for each ${what}`);
  if (across.length === 0) findColumns("runs", columns, { source: path, required: shapes.runs.required });
  const { metric } = choices;
  if (metric === undefined)
    throw new InputError(
      "E_CONFIG",
      `--metric must say what the columns of ${what}s in ${path} hold, such as --metric accuracy, got none`,
    );
  const downColumn = rankColumn ?? columns[placesLike(columns, ["seed"], ["case"])[0] ?? -1];
  const runs = rows.flatMap((row, index) =>
    across.flatMap(({ place, number }): TableRun[] => {
      const column = columns[place]!;
      const value = cells.number(row, column);
      if (value === undefined) return cells.leaveOut("without a score");
      const down =
        downColumn === undefined
          ? index
          : cells.number(row, downColumn, rankColumn ? table.rank : table.seed);
      const [rank, seed] = rankColumn === undefined ? [number, down] : [down, number];
      if (rank === undefined) return cells.leaveOut("without a rank");
      return [runOf(row, column, { rank, ...(seed === undefined ? {} : { seed }), score: value })];
    }),
  );
  const by = `a column for each ${what}${downColumn === undefined ? `, a row for each ${other}` : ` and ${downColumn}`}`;
  const own = [...across.map(({ place }) => columns[place]), downColumn];
  return {
    ...{ ...chooseScore([metric], choices, path), runs, seedsAreRows: downColumn === undefined, by },
    columns: columns.filter((column) => !own.includes(column)),
    others: [],
  };
}
