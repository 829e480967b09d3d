import { extname } from "node:path";
import { InputError } from "@lorank/core";
import { readDataRows } from "@lorank/tables/node";
import type { RunScoreTable } from "../../methods/grid/decide-scores.ts";
import type { ChosenRows, MetricName } from "../../schema/types.ts";
import { headOf } from "../files/read-lines.ts";
import { namedColumn, type RowChoices, RowFilter } from "../rows/row-choices.ts";
import { nameExamples } from "../rows/rows.ts";
import { averageRuns } from "./average-runs.ts";
import { CellReader, hasPercentSign, numberIn, type TableRow } from "./cells.ts";
import {
  type ChosenScore,
  chooseScore,
  haveStates,
  otherScores,
  type RunColumns,
  rankColumns,
  runColumns,
  type ScoreChoices,
  seedColumns,
} from "./choose-score.ts";
import { assertOnlySeedsDiffer, type TableRun } from "./only-seeds.ts";
import { scoredRun } from "./placed-run.ts";
import { inOneUnit } from "./units.ts";

/** Scores of runs, and how they were read. */
export interface ReadScores extends RunScoreTable {
  readonly metric: MetricName;
  /** The column, or the key of a trainer's log. */
  readonly column: string;
  /** Absent if all rows were read, each by itself. */
  readonly chosenRows?: ChosenRows;
  /** Files that scores are from. */
  readonly files: readonly string[];
  /** Sentences on what was taken for what, and on what was left out. */
  readonly notes: readonly string[];
}

const extensions = [".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet"];

/** Tells a table of runs from outcomes of examples: by the first line, which has a rank and no example. */
export function isRunTable(path: string): boolean {
  if (!extensions.includes(extname(path).toLowerCase())) return false;
  const head = headOf(path, 2 ** 16)
    .replace(/^(\xEF\xBB\xBF)?(sep=.\r?\n)?/, "")
    .trimStart()
    // A list in a cell, as of target modules.
    .replaceAll(/\[[^[\]{}]*\]/g, '""');
  const [, object] = /^(?:\{[^{}]*"rows"\s*:\s*)?\[?\s*\{([^{}[\]]*)\}/.exec(head) ?? [];
  // Other JSON, such as a sweep's results, has commas too.
  if (object === undefined && /^[{[]/.test(head)) return false;
  const columns =
    object !== undefined
      ? [...object.matchAll(/"([^"\\]{1,100})"\s*:/g)].map(([, key]) => key!)
      : head
          .split(/\r?\n/, 1)[0]!
          .split(/[,;\t]/)
          .map((cell) => cell.trim().replace(/^"|"$/g, ""));
  if (nameExamples(columns) && !haveStates(columns)) return false;
  return (
    rankColumns(columns).length > 0 || columns.some((column) => runColumns([column], path) !== undefined)
  );
}

/** Reads a table with a row for each run, or a column for each rank or seed. Throws as `readScores`. */
export async function readRunTable(path: string, choices: ScoreChoices & RowChoices): Promise<ReadScores> {
  const notes: string[] = [];
  const all = await readDataRows(path, { onNote: (note) => void notes.push(note) });
  const columns = [...new Set(all.slice(0, 1000).flatMap(({ values }) => [...values.keys()]))];
  const filter = new RowFilter(choices, columns, path);
  const rows = all.filter(({ values }) => filter.keeps((column) => values.get(column)));
  const where = filter.chosen();
  const averageOver =
    choices.averageOver && namedColumn("--average-over", choices.averageOver, columns, path);
  const cells = new CellReader(path);
  const settings = (where.where ?? []).map(({ column }) => column);
  const places = runColumns(columns, path, settings);
  const found =
    places && !(places.seed === undefined && seedColumns(columns).length > 0)
      ? runsOfRows(rows, columns, places, choices, cells)
      : runsOfColumns(rows, columns, places?.rank, choices, cells);
  cells.throwIfAny();
  if (found.runs.length === 0)
    throw new InputError("E_OUTCOMES", `${path} must have a row for each run, got none`);
  const { column, metric, examples, others } = found;
  const { runs, wasPercent } = inOneUnit(found.runs, metric, path);
  const known = found.seedsAreRows ? runs.map(({ seed, ...run }) => run) : runs;
  const table = { runs: known as readonly TableRun[], columns: found.columns, averageOver, source: path };
  const differing = assertOnlySeedsDiffer(table);
  const averaged = averageOver && averageRuns(table.runs, averageOver, path);
  const chosenRows: ChosenRows = {
    ...where,
    ...(averaged ? { averageOver: { column: averageOver.trim(), values: averaged.values } } : {}),
  };
  return {
    runs: (averaged ? averaged.runs : runs).map(scoredRun),
    ...(examples === undefined ? {} : { examples }),
    ...{ column, metric, files: [path] },
    ...(Object.keys(chosenRows).length > 0 ? { chosenRows } : {}),
    notes: [
      ...notes,
      `Read ${runs.length} runs of ${path}: ${column}${wasPercent ? ", in percent," : ""} by ${found.by}.`,
      ...cells.leftOut(),
      ...differing,
      ...others,
    ],
  };
}

interface FoundRuns extends ChosenScore {
  readonly runs: readonly TableRun[];
  readonly examples?: number;
  /** Rows are taken for seeds, since no column is one. */
  readonly seedsAreRows: boolean;
  /** Columns of the ranks and seeds, in words. */
  readonly by: string;
  /** Columns that may hold settings. */
  readonly columns: readonly string[];
  /** A sentence on further scores, or none. */
  readonly others: readonly string[];
}

/** The run of a cell, and its place in the file. */
function runOf(
  row: TableRow,
  column: string,
  run: Pick<TableRun, "rank" | "seed" | "rate" | "startedAt" | "startedFrom" | "score">,
): TableRun {
  const { number, sheetRow } = row;
  const place = sheetRow === undefined ? `row ${number}` : `line ${sheetRow}`;
  return { ...run, row, place, hasSign: hasPercentSign(row.values.get(column)) };
}

function runsOfRows(
  rows: readonly TableRow[],
  columns: readonly string[],
  places: RunColumns,
  choices: ScoreChoices,
  cells: CellReader,
): FoundRuns {
  const { rank: rankColumn, seed: seedColumn, rate: rateColumn } = places;
  const { examples: countColumn, state: stateColumn, time: timeColumn, start } = places;
  const ours: readonly string[] = Object.values(places);
  const hasNumbers = (column: string): boolean =>
    rows.slice(0, 1000).some(({ values }) => numberIn(values.get(column)) !== undefined);
  const numbers = columns.filter((column) => !ours.includes(column) && hasNumbers(column));
  const score = chooseScore(numbers, choices, cells.source);
  const counts: number[] = [];
  const runs = rows.flatMap((row): TableRun[] => {
    const state = stateColumn === undefined ? "" : String(row.values.get(stateColumn) ?? "").trim();
    if (!/^(|finished|completed?|success|succeeded|done|ok)$/i.test(state))
      return cells.leaveOut(state.toLowerCase());
    const rank = cells.whole(row, rankColumn, "rank");
    if (rank === undefined) return cells.leaveOut("without a rank");
    const value = cells.number(row, score.column);
    if (value === undefined) return cells.leaveOut("without a score");
    const seed = seedColumn === undefined ? undefined : cells.whole(row, seedColumn, "seed");
    const count = countColumn === undefined ? undefined : cells.whole(row, countColumn);
    if (count !== undefined) counts.push(count);
    const rate = rateColumn === undefined ? undefined : cells.number(row, rateColumn);
    const startedAt = timeColumn === undefined ? undefined : timeIn(row.values.get(timeColumn));
    const startedFrom = start === undefined ? undefined : nameIn(row.values.get(start));
    const known = {
      ...(seed === undefined ? {} : { seed }),
      ...(rate === undefined ? {} : { rate }),
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(startedFrom === undefined ? {} : { startedFrom }),
    };
    return [runOf(row, score.column, { rank, ...known, score: value })];
  });
  const isCounted = counts.length > 0 && counts.length === runs.length;
  const examples = isCounted ? { examples: Math.min(...counts) } : {};
  const on = isCounted ? `, on ${examples.examples} evaluation examples (${countColumn})` : "";
  const by = `${rankColumn}${seedColumn === undefined ? "" : ` and ${seedColumn}`}${on}`;
  const own = [rankColumn, seedColumn, rateColumn, stateColumn, start, score.column];
  const others = columns.filter((column) => !own.includes(column));
  return {
    ...{ ...score, runs, ...examples, seedsAreRows: false, by },
    columns: others,
    others: otherScores("table", numbers, score.column),
  };
}

/** A number or a date in a cell, as a number that grows with time. */
function timeIn(cell: unknown): number | undefined {
  if (cell instanceof Date) return cell.getTime();
  const text = String(cell ?? "").trim();
  const time = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isFinite(time) ? time : undefined;
}

/** A name in a cell; undefined for none, and for a switch that is off. */
function nameIn(cell: unknown): string | undefined {
  const text = String(cell ?? "").trim();
  return /^(|none|null|nan|no|false|0|-|base)$/i.test(text) ? undefined : text;
}

/** Runs of a table with a column for each rank and a row for each seed; with `rankColumn`, the other way round. */
function runsOfColumns(
  rows: readonly TableRow[],
  columns: readonly string[],
  rankColumn: string | undefined,
  choices: ScoreChoices,
  cells: CellReader,
): FoundRuns {
  const { source } = cells;
  const across = rankColumn === undefined ? rankColumns(columns) : seedColumns(columns);
  if (across.length === 0)
    throw new InputError(
      "E_COLUMN",
      `${source} must have a column rank (or lora_r, as wandb and mlflow log it), got ${columns.join(", ") || "none"}`,
    );
  const [what, other] = rankColumn === undefined ? ["rank", "seed"] : ["seed", "rank"];
  const { metric } = choices;
  if (metric === undefined)
    throw new InputError(
      "E_CONFIG",
      `--metric must say what the columns of ${what}s in ${source} hold, such as --metric accuracy, got none`,
    );
  const downColumn = rankColumn ?? columns.find((column) => /^seed$/i.test(column.trim()));
  const runs = rows.flatMap((row, index) =>
    across.flatMap(({ column, number }): TableRun[] => {
      const value = cells.number(row, column);
      if (value === undefined) return cells.leaveOut("without a score");
      const down = downColumn === undefined ? index : cells.whole(row, downColumn);
      const [rank, seed] = rankColumn === undefined ? [number, down] : [down, number];
      if (rank === undefined) return cells.leaveOut("without a rank");
      return [runOf(row, column, { rank, ...(seed === undefined ? {} : { seed }), score: value })];
    }),
  );
  const by = `a column for each ${what}${downColumn === undefined ? `, a row for each ${other}` : ` and ${downColumn}`}`;
  const own = [...across.map(({ column }) => column), downColumn];
  return {
    ...{ ...chooseScore([metric], choices, source), runs, seedsAreRows: downColumn === undefined, by },
    columns: columns.filter((column) => !own.includes(column)),
    others: [],
  };
}
