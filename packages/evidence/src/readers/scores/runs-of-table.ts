import { firstOf, InputError } from "@lorank/core";
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
import { metricOf } from "../../schema/metric.ts";
import type { ChosenRows, MetricName } from "../../schema/types.ts";
import type { ArmsRead } from "../rows/arms-read.ts";
import { andList, averagedUse, namedColumn, type RowChoices, RowFilter } from "../rows/row-choices.ts";
import {
  assertNoSecondary,
  averagedSecondary,
  type SecondaryColumn,
  secondaryColumns,
} from "../rows/secondary-columns.ts";
import { assertTasks, shownTasks, withMeanColumn } from "../rows/suite.ts";
import { bestColumn } from "./best-column.ts";
import {
  type ChosenScore,
  chooseScore,
  marginProblem,
  otherScores,
  type ScoreChoices,
} from "./choose-score.ts";
import { bestOnTheWay, foldedBySteps, stepColumn } from "./on-the-way.ts";
import { assertOnlySeedsDiffer, cellOf, type TableRun, valuesOf } from "./only-seeds.ts";
import { groupedBy, nameOfRun, placesOf, scoredRun } from "./placed-run.ts";
import type { ReadScores } from "./read-scores.ts";
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

/** Outcomes to show of a run's rows, one for each value averaged over. */
function shownEach(own: readonly TableRun[], column: string): SecondaryOfRun[] {
  return own.map((run) => ({ name: cellOf(run, column), values: [run.score] }));
}

interface AveragedRuns {
  readonly runs: readonly TableRun[];
  readonly values: readonly string[];
}

/**
 * Averages each rank and seed over a column. A base without an adapter may have a single value. Of a suite, the values
 * are tasks, and each has its score beside the mean.
 *
 * @throws InputError `E_OUTCOMES` for a rank and seed that lacks a value or has it twice.
 */
export function averageRuns(
  runs: readonly TableRun[],
  column: string,
  source: string,
  isSuite = false,
): AveragedRuns {
  const values = valuesOf(
    runs.filter(({ rank }) => rank > 0),
    column,
  ).sort();
  const problems: string[] = [];
  const averaged = groupedBy(runs, nameOfRun).map((own): TableRun => {
    const [first] = own as [TableRun];
    const present = valuesOf(own, column);
    const lacking = values.filter((value) => !present.includes(value));
    const isBaseOfItsOwn = first.rank === 0 && lacking.length === values.length;
    if (lacking.length > 0 && !isBaseOfItsOwn) problems.push(`${nameOfRun(first)} lacks ${andList(lacking)}`);
    const again = groupedBy(own, (run) => cellOf(run, column)).find(({ length }) => length > 1);
    if (again !== undefined)
      problems.push(`${nameOfRun(first)} has ${cellOf(again[0]!, column)} in ${placesOf(again)}`);
    const each = isSuite && !isBaseOfItsOwn ? shownEach(own, column) : [];
    const averaged = [...(averagedSecondary(own) ?? []), ...each];
    const secondary = averaged.length === 0 ? undefined : averaged;
    const { onTheWay: _, ...run } = first;
    return {
      ...run,
      score: own.reduce((sum, { score }) => sum + score, 0) / own.length,
      ...(secondary === undefined ? {} : { secondary }),
    };
  });
  if (isSuite) assertTasks(values, source);
  if (problems.length > 0) {
    const rule = `${isSuite ? "--suite" : "--average-over"} ${column.trim()} must find each of ${andList(values)} once for each run of ${source}`;
    throw new InputError("E_OUTCOMES", `${rule}, got\n  ${firstOf(problems, 5, "\n  ")}`);
  }
  return { runs: averaged, values };
}

/** Choices for a run table. `arms`: arms to which rows belong. */
export interface TableChoices extends ScoreChoices, RowChoices {
  readonly arms?: ArmsRead | undefined;
}

/** Scores in a table: a row per run, or a column per rank or seed. Throws as `readScores`. */
export function scoresOfTable(read: readonly Row[], path: string, made: TableChoices): ReadScores {
  const suite = suiteIn(read, path, made);
  const { rows: all, choices } = suite;
  const columns = [...new Set(all.slice(0, 1000).flatMap(({ values }) => [...values.keys()]))];
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
    ...{ column, metric: suite.tasks === undefined ? metric : meanOverTasks(metric), files: [path] },
    ...(Object.keys(chosenRows).length > 0 ? { chosenRows } : {}),
    ...(arms === undefined ? {} : { axis: arms.axis() }),
    ...(tasks === undefined ? {} : { tasks }),
    notes: [
      `Read ${runs.length} runs of ${path}: ${column}${wasPercent ? ", in percent," : ""}${areFolded ? ` at the last ${step}` : ""} by ${found.by}.`,
      ...cells.leftOut(areFolded ? "row" : "run"),
      ...withoutScores(arms?.names ?? [], table.runs),
      ...differing,
      ...found.others,
      ...(suite.tasks ? [`Each of ${suite.tasks.length} tasks counts alike: ${andList(suite.tasks)}.`] : []),
    ],
  };
}

/** Metric of a mean over columns, whose own name would list them. */
function meanOverTasks(metric: MetricName): MetricName {
  return `${metricOf(metric).sign > 0 ? "higher" : "lower"}:mean over tasks`;
}

interface SuiteOfRuns {
  readonly rows: readonly Row[];
  /** Choices with the column of the suite's mean, or of the tasks to average over. */
  readonly choices: TableChoices;
  /** True if a row is of one task, false if it has a column for each. */
  readonly isByRow: boolean;
  /** Tasks with a column each. */
  readonly tasks?: readonly string[];
}

/** Suite of a run table. @throws InputError `E_CONFIG` beside a choice that it makes. */
function suiteIn(rows: readonly Row[], path: string, choices: TableChoices): SuiteOfRuns {
  const { suite, averageOver, metric, better, secondary = [] } = choices;
  if (suite === undefined) return { rows, choices, isByRow: false };
  if (averageOver !== undefined)
    throw new InputError("E_CONFIG", `--average-over must be of one task, got ${averageOver} beside --suite`);
  const [only = "", ...more] = suite;
  if (more.length === 0) return { rows, choices: { ...choices, averageOver: only }, isByRow: true };
  if (metric !== undefined)
    throw new InputError("E_CONFIG", `--metric must be left to --suite, which names columns, got ${metric}`);
  if (better === undefined) {
    const rule = `--higher or --lower is needed, since it is not known which side of ${andList(suite)} is better`;
    throw new InputError("E_CONFIG", [rule, ...marginProblem("higher:the scores", choices)].join("\n"));
  }
  const { tasks, column, ...table } = withMeanColumn(rows, suite, path);
  const shown = [...secondary, ...shownTasks(tasks, better, secondary)];
  return { ...table, choices: { ...choices, metric: column, secondary: shown }, isByRow: false, tasks };
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
  const read = readerOf(places);
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
    const found = read((place) => row.values.get(columns[place]!), true);
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
