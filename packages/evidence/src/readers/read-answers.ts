import { firstOf, InputError } from "@lorank/core";
import { columnsOf, type ReadOptions, type Row } from "@lorank/tables";
import { readDataRows } from "@lorank/tables/node";
import { columns } from "../columns/columns.ts";
import { quote } from "../columns/rules.ts";
import { fieldsOf, findColumns, namesOf, readerOf } from "../columns/shapes.ts";
import type { RunPlace } from "./files/run-pattern.ts";

export interface ReadAnswer {
  /** Example name, or else the row's number. */
  readonly example: string;
  readonly prompt: string;
  readonly answer: string;
  readonly reference: unknown;
  /** Reason why generation ended, such as `length`; empty if unknown. */
  readonly finish: string;
}

/** Answers in a run; rank and seed if known. */
export interface RunOfAnswers {
  readonly file: string;
  readonly rank?: number;
  readonly seed?: number;
  readonly answers: readonly ReadAnswer[];
}

export interface ReadAnswersOptions extends Omit<ReadOptions, "columns"> {
  /** Requires a column `reference`. Default: false. */
  readonly needsReference?: boolean;
}

/**
 * Reads the answers in a table; the run is in its path, or in columns `rank` and `seed`.
 *
 * @throws InputError `E_COLUMN` for a missing or ambiguous column, `E_ANSWERS` with all rows that lack a part, `E_DATA`
 * as `readDataRows`.
 */
export async function readAnswers(
  place: RunPlace,
  { needsReference = false, ...options }: ReadAnswersOptions = {},
): Promise<readonly RunOfAnswers[]> {
  const names = fieldsOf("answers").flatMap((field) => [field, ...namesOf("answers", field)]);
  const rows = await readDataRows(place.path, { ...options, columns: names });
  return answersOfRows(rows, place, needsReference);
}

function answersOfRows(rows: readonly Row[], place: RunPlace, needsReference: boolean): RunOfAnswers[] {
  const file = place.path === "-" ? "standard input" : place.path;
  const there = columnsOf(rows);
  const required = needsReference ? (["answer", "reference"] as const) : (["answer"] as const);
  const places = findColumns("answers", there, { source: file, required });
  const read = readerOf(places);
  const problems: string[] = [];
  const runs = new Map<string, RunOfAnswers & { readonly answers: ReadAnswer[] }>();
  for (const { number, values } of rows) {
    const cells = { ...read((column) => values.get(there[column]!)), ...runOf(place) };
    for (const field of ["rank", "seed", "example", "answer"] as const) {
      const { rule, holds } = columns[field];
      if (places[field] === undefined || holds(cells[field])) continue;
      problems.push(
        `${file}, row ${number}: ${there[places[field]]} must be ${rule}, got ${quote(cells[field])}`,
      );
    }
    const { rank, seed, answer, reference } = cells;
    const run = runOf({ rank, seed } as Partial<RunPlace>);
    const key = JSON.stringify(run);
    const { answers } = runs.get(key) ?? { answers: [] as ReadAnswer[] };
    runs.set(key, { file, ...run, answers });
    answers.push({
      example: String(cells.example ?? number),
      prompt: textOf(cells.prompt ?? ""),
      answer: textOf(answer),
      reference,
      finish: textOf(cells.finish ?? ""),
    });
  }
  if (runs.size > 1 && places.example === undefined)
    throw new InputError("E_COLUMN", `${file} must have a column example, as it has several runs, got none`);
  if (problems.length === 0) return [...runs.values()];
  throw new InputError("E_ANSWERS", firstOf(problems, 10, "\n"));
}

function runOf({ rank, seed }: Partial<RunPlace>): { readonly rank?: number; readonly seed?: number } {
  return { ...(rank === undefined ? {} : { rank }), ...(seed === undefined ? {} : { seed }) };
}

/** Text of a cell; JSON for other values, as in promptfoo. */
function textOf(cell: unknown): string {
  return typeof cell === "string" ? cell : (JSON.stringify(cell) ?? "");
}
