import { statSync } from "node:fs";
import { InputError } from "@lorank/core";
import type { RunPlace } from "@lorank/evidence/node";
import type { Answer } from "@lorank/judge";
import type { Delimiter, Quote, Row, TextEncoding } from "@lorank/tables";
import { readDataRows } from "@lorank/tables/node";
import { readResults } from "../results/read-results.ts";
import { patternAdvice } from "../results/read-runs.ts";
import { flagOf } from "../settings/flag-names.ts";

/** Names of the columns, each with others that tools give them. Exactly one of these is needed, or the first. */
const columnNames = {
  prompt: ["prompt", "question", "input"],
  answer: ["answer", "predict", "prediction", "response", "output", "completion"],
  reference: ["reference", "label", "target", "expected", "gold"],
  example: ["example", "id"],
  finish: ["finish", "finish_reason", "stop_reason"],
  rank: ["rank"],
  seed: ["seed"],
} as const;
type Field = keyof typeof columnNames;
type Columns = { readonly [F in Field]?: string };

export interface AnswerOptions {
  readonly encoding: TextEncoding | undefined;
  readonly delimiter: Delimiter | undefined;
  readonly quote: Quote | undefined;
  /** A metric needs the reference. */
  readonly needsReference: boolean;
  readonly onNote: (note: string) => void;
}

/** The answers of one run; without rank and seed where nothing says them. */
export interface RunAnswers {
  readonly file: string;
  readonly rank?: number;
  readonly seed?: number;
  readonly answers: readonly Answer[];
  /** Number of each answer's group, where examples are not independent. */
  readonly groups?: readonly number[];
}

/**
 * The answers that the trials of a sweep generated.
 *
 * @throws InputError `E_ANSWERS` where they generated none. `E_RESULTS` as `readResults`.
 */
export function sweepAnswers(path: string): readonly RunAnswers[] {
  const { results, file } = readResults(path);
  const { questions = [], validationGroups: groups } = results.data;
  const runs = results.trials.flatMap(({ spec, evaluation }): RunAnswers[] => {
    const { answers } = evaluation ?? {};
    if (answers === undefined) return [];
    const named = answers.map(({ text, cut }, i) => ({
      ...{ example: String(i + 1), ...questions[i]!, answer: text },
      ...(cut ? { finish: "length" } : {}),
    }));
    return [{ file, rank: spec.lora.rank, seed: spec.seed, answers: named, ...(groups ? { groups } : {}) }];
  });
  if (runs.length > 0) return runs;
  const advice = "lorank sweep --metric equals has trials generate answers.";
  throw new InputError("E_ANSWERS", `${file} must have generated answers, got none\n${advice}`);
}

/**
 * Reads the answers in a file. Its path says the run, or else columns `rank` and `seed`; an example without a name has its
 * line's number.
 *
 * @throws InputError `E_COLUMN` for a column that is missing or could be one of several. `E_ANSWERS` with all rows that
 *   lack a part, and for a folder. `E_DATA` as `readDataRows`.
 */
export async function readAnswers(place: RunPlace, options: AnswerOptions): Promise<readonly RunAnswers[]> {
  const { encoding, delimiter, quote, needsReference, onNote } = options;
  const { path } = place;
  const file = path === "-" ? "standard input" : path;
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new InputError(
      "E_ANSWERS",
      `answers must be a file, got the folder ${path}${patternAdvice([path], true)}`,
    );
  const columns = Object.values(columnNames).flat();
  const rows = await readDataRows(path, {
    ...{ encoding, delimiter, quote, columns, onNote },
    optionName: flagOf,
  });
  const found = findColumns(file, rows, needsReference);
  const problems: string[] = [];
  const runs = new Map<string, Omit<RunAnswers, "answers"> & { readonly answers: Answer[] }>();
  for (const row of rows) {
    const cell = (field: Field): unknown =>
      found[field] === undefined ? undefined : row.values.get(found[field]);
    const fault = (field: Field, rule: string): void => {
      const got = JSON.stringify(cell(field)) ?? "none";
      problems.push(
        `${file}, row ${row.number}: ${found[field] ?? field} must be ${rule}, got ${got.slice(0, 60)}`,
      );
    };
    const run: { rank?: number; seed?: number } = {};
    for (const field of ["rank", "seed"] as const) {
      const value = place[field] ?? (found[field] === undefined ? undefined : Number(cell(field)));
      if (value === undefined) continue;
      if (Number.isSafeInteger(value) && value >= 0 && cell(field) !== "") run[field] = value;
      else fault(field, "a whole number");
    }
    if ((cell("answer") ?? null) === null) fault("answer", "a text");
    if (found.example !== undefined && (cell("example") ?? "") === "") fault("example", "a name or a number");
    const key = JSON.stringify(run);
    const { answers } = runs.get(key) ?? { answers: [] as Answer[] };
    runs.set(key, { file, ...run, answers });
    answers.push({
      example: String(cell("example") ?? row.number),
      prompt: textOf(cell("prompt") ?? ""),
      answer: textOf(cell("answer")),
      reference: cell("reference"),
      finish: textOf(cell("finish") ?? ""),
    });
  }
  if (runs.size > 1 && found.example === undefined)
    throw new InputError("E_COLUMN", `${file} must have a column example, as it has several runs, got none`);
  if (problems.length === 0) return [...runs.values()];
  const more = problems.length > 10 ? [`and ${problems.length - 10} more`] : [];
  throw new InputError("E_ANSWERS", [...problems.slice(0, 10), ...more].join("\n"));
}

/** Values that are no texts become JSON, as promptfoo has them. */
function textOf(cell: unknown): string {
  return typeof cell === "string" ? cell : (JSON.stringify(cell) ?? "");
}

function findColumns(file: string, rows: readonly Row[], needsReference: boolean): Columns {
  const there = [...new Set(rows.flatMap(({ values }) => [...values.keys()]))];
  const needed = new Set<string>(["answer", ...(needsReference ? ["reference"] : [])]);
  const columns: { -readonly [F in Field]?: string } = {};
  for (const field of Object.keys(columnNames) as Field[]) {
    const [own, ...others]: readonly string[] = columnNames[field];
    const named = (names: readonly string[]): string[] =>
      there.filter((column) => names.includes(column.trim().toLowerCase()));
    const exact = named([own!]);
    const [column, second] = exact.length > 0 ? exact : named(others);
    const rule = `${file} must have one column ${[own, ...others].join(" or ")}`;
    if (second !== undefined)
      throw new InputError(
        "E_COLUMN",
        `${rule}, got ${column} and ${second}\nCall the one that is meant ${own}.`,
      );
    if (column !== undefined) columns[field] = column;
    else if (needed.has(field))
      throw new InputError("E_COLUMN", `${rule}, got ${there.join(", ") || "none"}`);
  }
  return columns;
}
