import { extname } from "node:path";
import { InputError } from "@lorank/core";
import type { RunScoreTable, ScoredRun } from "@lorank/core/decide";
import { type MetricName, metricOf } from "@lorank/core/results";
import { readDataRows } from "@lorank/train/data";
import { headOf } from "../outcomes/read-lines.ts";
import { nameExamples, withoutName } from "../outcomes/rows.ts";
import {
  type ChosenScore,
  chooseScore,
  haveStates,
  type RunColumns,
  rankColumns,
  runColumns,
  type ScoreChoices,
  seedColumns,
} from "./columns.ts";

/** Scores of runs, and how they were read. */
export interface ReadScores extends RunScoreTable {
  readonly metric: MetricName;
  /** The column, or the key of a trainer's log. */
  readonly column: string;
  /** Sentences on what was taken for what, and on what was left out. */
  readonly notes: readonly string[];
}

type Row = Awaited<ReturnType<typeof readDataRows>>[number];

const extensions = [".csv", ".tsv", ".txt", ".jsonl", ".ndjson", ".json", ".parquet"];

/** Tells a table of runs from outcomes of examples: by the first line, which has a rank and no example. */
export function isRunTable(path: string): boolean {
  if (!extensions.includes(extname(path).toLowerCase())) return false;
  const head = headOf(path, 2 ** 16)
    .replace(/^(\xEF\xBB\xBF)?(sep=.\r?\n)?/, "")
    .trimStart();
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
export async function readRunTable(path: string, choices: ScoreChoices): Promise<ReadScores> {
  const notes: string[] = [];
  const rows = await readDataRows(path, { onNote: (note) => void notes.push(note) });
  const columns = [...new Set(rows.slice(0, 1000).flatMap(({ values }) => [...values.keys()]))];
  const cells = new CellReader(path);
  const places = runColumns(columns, path);
  const found =
    places && !(places.seed === undefined && seedColumns(columns).length > 0)
      ? runsOfRows(rows, columns, places, choices, cells)
      : runsOfColumns(rows, columns, places?.rank, choices, cells);
  cells.throwIfAny();
  if (found.runs.length === 0)
    throw new InputError("E_OUTCOMES", `${path} must have a row for each run, got none`);
  const { runs, wasPercent } = asShares(found.runs, found.metric);
  const { column, metric, examples } = found;
  return {
    runs,
    ...(examples === undefined ? {} : { examples }),
    ...{ column, metric },
    notes: [
      ...notes,
      `Read ${runs.length} runs of ${path}: ${column}${wasPercent ? ", in percent," : ""} by ${found.by}.`,
      ...cells.leftOut(),
    ],
  };
}

interface FoundRuns extends ChosenScore {
  readonly runs: readonly ScoredRun[];
  readonly examples?: number;
  /** Columns of the ranks and seeds, in words. */
  readonly by: string;
}

function runsOfRows(
  rows: readonly Row[],
  columns: readonly string[],
  places: RunColumns,
  choices: ScoreChoices,
  cells: CellReader,
): FoundRuns {
  const { rank: rankColumn, seed: seedColumn, rate: rateColumn } = places;
  const { examples: countColumn, state: stateColumn } = places;
  const ours: readonly string[] = Object.values(places);
  const hasNumbers = (column: string): boolean =>
    rows.slice(0, 1000).some(({ values }) => numberIn(values.get(column)) !== undefined);
  const score = chooseScore(
    columns.filter((column) => !ours.includes(column) && hasNumbers(column)),
    choices,
    cells.source,
  );
  const counts: number[] = [];
  const runs = rows.flatMap((row): ScoredRun[] => {
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
    return [
      {
        rank,
        ...(seed === undefined ? {} : { seed }),
        ...(rate === undefined ? {} : { rate }),
        score: value,
      },
    ];
  });
  const isCounted = counts.length > 0 && counts.length === runs.length;
  const examples = isCounted ? { examples: Math.min(...counts) } : {};
  const on = isCounted ? `, on ${examples.examples} evaluation examples (${countColumn})` : "";
  const by = `${rankColumn}${seedColumn === undefined ? "" : ` and ${seedColumn}`}${on}`;
  return { ...score, runs, ...examples, by };
}

/** Runs of a table with a column for each rank and a row for each seed; with `rankColumn`, the other way round. */
function runsOfColumns(
  rows: readonly Row[],
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
    across.flatMap(({ column, number }): ScoredRun[] => {
      const value = cells.number(row, column);
      if (value === undefined) return cells.leaveOut("without a score");
      const down = downColumn === undefined ? index : cells.whole(row, downColumn);
      const [rank, seed] = rankColumn === undefined ? [number, down] : [down, number];
      if (rank === undefined) return cells.leaveOut("without a rank");
      return [{ rank, ...(seed === undefined ? {} : { seed }), score: value }];
    }),
  );
  const by = `a column for each ${what}${downColumn === undefined ? `, a row for each ${other}` : ` and ${downColumn}`}`;
  return { ...chooseScore([metric], choices, source), runs, by };
}

/** Accuracies above 1 are percent: a share has none. */
export function asShares(
  runs: readonly ScoredRun[],
  metric: MetricName,
): { readonly runs: readonly ScoredRun[]; readonly wasPercent: boolean } {
  const scores = runs.map(({ score }) => score);
  const wasPercent =
    metricOf(metric).scale === 100 &&
    scores.some((score) => score > 1) &&
    scores.every((score) => score >= 0 && score <= 100);
  return { runs: wasPercent ? runs.map((run) => ({ ...run, score: run.score / 100 })) : runs, wasPercent };
}

/** Reads cells as numbers, and takes note of bad ones and of rows that are left out. */
class CellReader {
  readonly source: string;
  readonly #faults: string[] = [];
  readonly #left = new Map<string, number>();

  constructor(source: string) {
    this.source = source;
  }

  /** Counts a run that is left out. */
  leaveOut(why: string): [] {
    this.#left.set(why, (this.#left.get(why) ?? 0) + 1);
    return [];
  }

  leftOut(): string[] {
    return [...this.#left].map(
      ([why, count]) => `Left out ${count} ${count === 1 ? "run" : "runs"}: ${why}.`,
    );
  }

  /** @throws InputError `E_OUTCOMES` that shows the first bad cells. */
  throwIfAny(): void {
    const count = this.#faults.length;
    if (count === 0) return;
    const more = count > 5 ? [`and ${count - 5} more`] : [];
    const lines = [
      `${this.source} has ${count} ${count === 1 ? "problem" : "problems"}:`,
      ...this.#faults.slice(0, 5),
      ...more,
    ];
    throw new InputError("E_OUTCOMES", lines.join("\n  "));
  }

  /** Undefined for an empty cell, and for one that is no number. `r8` is a rank, and `s1` a seed. */
  number({ number, values }: Row, column: string, field?: "rank" | "seed"): number | undefined {
    const cell = field === undefined ? values.get(column) : withoutName(field, values.get(column));
    if (isEmpty(cell)) return undefined;
    const value = numberIn(cell);
    if (value === undefined)
      this.#faults.push(`row ${number}: ${column} must be a number, got ${shown(cell)}`);
    return value;
  }

  whole(row: Row, column: string, field?: "rank" | "seed"): number | undefined {
    const value = this.number(row, column, field);
    if (value === undefined || (Number.isSafeInteger(value) && value >= 0)) return value;
    this.#faults.push(`row ${row.number}: ${column} must be a whole number of at least 0, got ${value}`);
    return undefined;
  }
}

function isEmpty(cell: unknown): boolean {
  return (
    cell === undefined ||
    cell === null ||
    (typeof cell === "string" && /^\s*(nan|null|none|-)?\s*$/i.test(cell))
  );
}

/** Reads 0.5, "0.5", "0,5" and "50 %"; undefined for anything else. */
function numberIn(cell: unknown): number | undefined {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : undefined;
  if (typeof cell === "bigint") return Number(cell);
  if (typeof cell !== "string") return undefined;
  const [, digits, percent] = /^\s*([+-]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[+-]?\d+)?)\s*(%?)\s*$/i.exec(cell) ?? [];
  if (digits === undefined) return undefined;
  return Number(digits.replace(",", ".")) / (percent === "%" ? 100 : 1);
}

function shown(cell: unknown): string {
  const text = JSON.stringify(cell) ?? String(cell);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
