import { InputError } from "@lorank/core";
import { noGroups } from "@lorank/tables";
import type { Outcome, OutcomeCells } from "../../decide/outcome-rows.ts";
import type { OutcomeGatherer } from "../../decide/outcomes-from-rows.ts";

export type Field = keyof Outcome;

/** Fields of every row. */
export const requiredFields: readonly Field[] = ["rank", "seed", "example", "correct"];
const fields: readonly Field[] = [...requiredFields, "label", "group", "logLoss"];

/** Names that trackers and trainers give the rank, the surest first. */
export const rankNames: readonly string[] = ["lora_rank", "lora_r"];

/** Names that evaluators and spreadsheets give a field. They count where no column has its own name. */
const otherNames: { readonly [F in Field]?: readonly string[] } = {
  rank: rankNames,
  example: ["id", "idx", "example_id", "doc_id"],
  correct: ["is_correct", "score", "acc", "exact_match"],
  logLoss: ["log_loss"],
};

/** Names of columns that hold what a model answered. */
export const answerNames: readonly string[] = [
  "answer",
  "predict",
  "prediction",
  "response",
  "output",
  "completion",
];

/** The places of an outcome's fields in a list of columns; a field that is not there has none. */
export type FieldPlaces = { readonly [F in Field]?: number };

/**
 * Finds the fields among the columns, without regard to case and to spaces around a name. A name in the very case wins
 * over the same in another, and a field's own name over others.
 *
 * @throws InputError `E_COLUMN` where two columns could be the same field.
 */
export function findColumns(
  names: readonly string[],
  source: string,
  groupColumn: string | undefined = "group",
): FieldPlaces {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const column = field === "group" ? groupColumn : field;
      const places = column === noGroups ? [] : placesOf(column, names, otherNames[field]);
      if (places.length > 1) {
        const got = places.map((place) => JSON.stringify(names[place])).join(" and ");
        throw new InputError("E_COLUMN", `${source} must have one column ${column}, got ${got}`);
      }
      return places.map((place) => [field, place]);
    }),
  );
}

/**
 * Finds a column for each run, which says whether its run is right on the example of a row: `r4_s1`, `rank 4, seed 1`. Empty
 * unless there are two.
 */
export function columnsOfRuns(
  names: readonly string[],
): (RunOfRows & { /** Its place. */ readonly correct: number })[] {
  const found = names.flatMap((name, correct) => {
    const [, rank, seed] =
      /^(?:r|rank|lora_r)[ _=:-]*(\d{1,6})[ ,_-]*(?:s|seed)[ _=:-]*(\d{1,15})$/i.exec(name.trim()) ?? [];
    return rank === undefined ? [] : [{ rank: Number(rank), seed: Number(seed), correct }];
  });
  return found.length > 1 ? found : [];
}

/** Throws E_COLUMN for fields that every row must have and that no column is, and for a group column that is not there. */
export function assertColumns(
  columns: FieldPlaces,
  names: readonly string[],
  { source, required: ofAll, groupColumn = noGroups }: Pick<Rows, "source" | "required" | "groupColumn">,
): void {
  const ofGroups = groupColumn === noGroups ? [] : [groupColumn];
  const required = [...ofAll, ...ofGroups];
  const missing = [
    ...ofAll.filter((field) => columns[field] === undefined),
    ...(columns.group === undefined ? ofGroups : []),
  ];
  if (missing.length === 0) return;
  const all = names.map((name) => name.trim()).join(", ");
  const got = all.length > 200 ? `${all.slice(0, 200)}…` : all;
  const advice = judgeAdvice(missing, names);
  throw new InputError(
    "E_COLUMN",
    `${source} must have the columns ${required.join(", ")}; ${missing.join(", ")} missing, got ${got || "none"}${advice}`,
  );
}

/** Advice on a file of answers that nothing has scored; empty for any other. */
function judgeAdvice(missing: readonly string[], names: readonly string[]): string {
  const answers = names.find((name) => answerNames.includes(name.trim().toLowerCase()));
  if (answers === undefined || !missing.includes("correct")) return "";
  const command = "lorank judge FILES --metric equals -o outcomes.csv";
  return `\nWhether each ${answers.trim()} is right, ${command} finds out; then: lorank verdict outcomes.csv`;
}

/** Tells outcomes of examples from scores of runs: columns that name an example and say whether it is right. */
export function nameExamples(names: readonly string[]): boolean {
  const has = (field: "example" | "correct", others = otherNames[field]): boolean =>
    placesOf(field, names, others).length > 0;
  return has("example", []) || has("correct", []) || (has("example") && has("correct"));
}

/** Counts the fields that are among these names, also one that two of them could be. */
export function countFields(names: readonly string[]): number {
  return fields.filter((field) => placesOf(field, names, otherNames[field]).length > 0).length;
}

/** Places of the columns with a field's name, or else with one of the others. */
function placesOf(field: string, names: readonly string[], others: readonly string[] = []): number[] {
  const placesWhere = (matches: (name: string) => boolean): number[] =>
    names.flatMap((name, place) => (matches(name.trim()) ? [place] : []));
  const exact = placesWhere((name) => name === field);
  if (exact.length > 0) return exact;
  const same = placesWhere((name) => name.toLowerCase() === field.toLowerCase());
  return same.length > 0 ? same : placesWhere((name) => others.includes(name.toLowerCase()));
}

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const percentage = /^(.+?)\s*%$/;
const words: ReadonlyMap<string, number> = new Map([
  ["true", 1],
  ["yes", 1],
  ["false", 0],
  ["no", 0],
]);

/**
 * Makes a row of outcomes from cells, texts or JSON values; `at` gives the cell of a column. A cell that cannot be read as
 * its field stays as it is, for a message to show. With `decimalComma` 0,5 is a number too.
 */
export function outcomeCells(
  columns: FieldPlaces,
  at: (place: number) => unknown,
  decimalComma: boolean,
): OutcomeCells {
  const cell = (place: number | undefined): unknown => (place === undefined ? undefined : at(place));
  return {
    rank: numberOf(withoutName("rank", cell(columns.rank)), decimalComma),
    seed: numberOf(withoutName("seed", cell(columns.seed)), decimalComma),
    example: cell(columns.example),
    correct: shareOf(cell(columns.correct), decimalComma),
    label: cell(columns.label),
    group: cell(columns.group),
    logLoss: numberOf(cell(columns.logLoss), decimalComma),
  };
}

const namesInCells = { rank: /^(?:r|rank|lora_r)[ _=:-]*(?=\d)/i, seed: /^(?:s|seed)[ _=:-]*(?=\d)/i };

/** Reads `r4` and `seed 1` as they stand in names of columns and files. */
export function withoutName(field: keyof RunOfRows, cell: unknown): unknown {
  return typeof cell === "string" ? cell.replace(namesInCells[field], "") : cell;
}

function numberOf(cell: unknown, decimalComma: boolean): unknown {
  if (typeof cell !== "string") return cell;
  const text = decimalComma ? cell.replace(",", ".") : cell;
  return decimal.test(text) ? Number(text) : cell;
}

/** Reads 1 and 0 also as yes and no or true and false, and a share also in percent. */
function shareOf(cell: unknown, decimalComma: boolean): unknown {
  if (typeof cell === "boolean") return Number(cell);
  const number = numberOf(cell, decimalComma);
  if (typeof number !== "string") return number;
  const percent = numberOf(percentage.exec(number)?.[1], decimalComma);
  // A percentage above 100 is no share: the message shows it as it was written.
  if (typeof percent === "number") return percent <= 100 ? percent / 100 : cell;
  return words.get(number.toLowerCase()) ?? cell;
}

/** A row of an evaluator's file. */
export interface EvaluatedCells extends OutcomeCells {
  /** Content of the example, such as its question: the same in all files. */
  readonly content?: string | undefined;
  /** Why the example has no outcome, such as a time-out. */
  readonly failure?: string | undefined;
  /** The column of `correct`, where it has the name of a run. */
  readonly column?: string;
  /** Value of the column that is averaged over. */
  readonly averaged?: string;
}

/** The cell of a row in a column. */
export type CellIn = (column: string) => unknown;

/** Takes the rows of one source as they are read. */
export interface Rows {
  /** Name of the file, for messages. */
  readonly source: string;
  /** Fields that must have a column. */
  readonly required: readonly Field[];
  /** Name of the column of groups; `none`: there is none. (default: `group`, where there is one) */
  readonly groupColumn?: string | undefined;
  /** Looks at a row of a table before it is read: undefined passes it over, and the members of another answer are added to it. */
  choose?(
    columns: readonly string[],
    cellIn: CellIn,
    line: number,
  ): Pick<EvaluatedCells, "averaged"> | undefined;
  add(row: EvaluatedCells, line: number): void;
  /** Takes note of a row that could not be read. */
  reject(line: number, fault: string): void;
}

/** The run of all rows of a source. */
export interface RunOfRows {
  readonly rank: number;
  readonly seed: number;
}

/** The run that a path says; the seed of rows that say none may be known apart. */
export interface KnownRun extends Partial<RunOfRows> {
  readonly defaultSeed?: number;
}

/**
 * Passes all rows on to `gatherer`. Rows may lack what is known of their run; where they have it, it must be the run's.
 *
 * @param owner what the run is known by, for messages.
 */
export function rowsFor(
  gatherer: Pick<OutcomeGatherer, "add" | "reject">,
  source: string,
  run: KnownRun = {},
  owner = "the trial",
): Rows {
  const reject = (line: number, fault: string): void => gatherer.reject(line, fault);
  const { rank: knownRank, seed: knownSeed = run.defaultSeed } = run;
  const known = { rank: knownRank, seed: knownSeed };
  const fixed = (["rank", "seed"] as const).filter((field) => run[field] !== undefined);
  return {
    source,
    required: requiredFields.filter((field) => known[field as keyof RunOfRows] === undefined),
    add: (row, line) => {
      if (knownRank === undefined && knownSeed === undefined) return gatherer.add(row, line);
      for (const field of fixed) {
        const value = row[field];
        if (typeof value === "number" && value !== run[field])
          return reject(line, `${field} must be ${run[field]}, that of ${owner}, got ${value}`);
      }
      gatherer.add({ ...row, rank: row.rank ?? knownRank, seed: row.seed ?? knownSeed }, line);
    },
    reject,
  };
}
