import { createHash } from "node:crypto";
import { InputError } from "@lorank/core";
import { OutcomeGatherer, type OutcomeTable } from "@lorank/core/decide";
import type { OutcomeChoices } from "./format.ts";
import { plain } from "./plain.ts";
import { type Rows, type RunOfRows, rowsFor } from "./rows.ts";
import { type RunFile, runFiles } from "./run-files.ts";
import { isRunPattern } from "./run-pattern.ts";

/** Progress within a source. */
export interface ReadSoFar {
  readonly source: string;
  readonly lines: number;
  /** 0 to 1; absent where the size is not known, as of a pipe. */
  readonly share?: number;
}

export interface ReadOutcomesOptions extends OutcomeChoices {
  /** (default: standard input of this process) */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Called every 20,000 lines or so. */
  readonly onRead?: (soFar: ReadSoFar) => void;
}

/** Examples that a run has no outcome of. */
export interface FailedExamples {
  readonly file: string;
  readonly rank: number;
  readonly seed: number;
  readonly examples: number;
  /** Why, by the evaluator, the first of them has none. */
  readonly reason: string;
}

/** Outcomes, and the files that they are from where those are of an evaluator or of several runs. */
export interface ReadOutcomes extends OutcomeTable {
  readonly files?: readonly {
    readonly file: string;
    readonly format: string;
    readonly task?: string;
  }[];
  readonly failed?: readonly FailedExamples[];
}

/**
 * Reads outcomes that any trainer or evaluator wrote. `paths` are files, folders, patterns of runs (`runs/r{rank}-s{seed}`),
 * or `-` for standard input. Outcomes of no evaluator have a row for each rank, seed and evaluation example, in CSV or JSON
 * Lines, whichever the first line is. One pass; `OutcomeGatherer` says what stays in memory.
 *
 * @throws InputError `E_COLUMN` for a missing column. `E_OUTCOMES` for bad rows and open choices. `E_DATA` for a JSON array and as
 *   `readLines`.
 */
export async function readOutcomes(
  paths: string | readonly string[],
  options: ReadOutcomesOptions = {},
): Promise<ReadOutcomes> {
  const named = typeof paths === "string" ? [paths] : paths;
  const files = runFiles(named, options);
  const isPlain = files.length === 1 && files[0]!.format === plain && !named.some(isRunPattern);
  const source = isPlain ? nameOf(files[0]!) : undefined;
  const gatherer = new OutcomeGatherer({ ...(source === undefined ? {} : { source }), unit: "line" });
  const failures = new Map<string, FailedExamples>();
  const contents = new Map<string, { readonly hash: string; readonly file: string }>();
  for (const file of files) {
    if (!isPlain) gatherer.unit = `${file.path}, ${file.format.unit}`;
    await readInto(gatherer, file, options, { failures, contents });
  }
  const table = gatherer.table();
  if (table.examples === 0) {
    const name = source ?? "the outcomes";
    const got = table.leftOut === undefined ? "no row" : `none of ${table.leftOut} that ran in all runs`;
    throw new InputError("E_OUTCOMES", `${name} must have a row for each rank, seed and example, got ${got}`);
  }
  if (isPlain) return table;
  return {
    ...table,
    files: files.map(({ path, format, task }) => ({
      ...{ file: path, format: format.name },
      ...(task === undefined ? {} : { task }),
    })),
    failed: [...failures.values()],
  };
}

const nameOf = ({ path }: { readonly path: string }): string => (path === "-" ? "standard input" : path);

interface SharedByFiles {
  readonly failures: Map<string, FailedExamples>;
  readonly contents: Map<string, { readonly hash: string; readonly file: string }>;
}

async function readInto(
  gatherer: OutcomeGatherer,
  file: RunFile,
  { stdin = process.stdin, onRead = () => {}, ...choices }: ReadOutcomesOptions,
  { failures, contents }: SharedByFiles,
): Promise<void> {
  const { path, format } = file;
  const source = nameOf(file);
  const rows = rowsFor(gatherer, source, file, "the path");
  const add: Rows["add"] = ({ content, failure, ...row }, number) => {
    if (format === plain) return rows.add(row, number);
    const run = { rank: row.rank ?? file.rank, seed: row.seed ?? file.seed } as RunOfRows;
    if (run.rank === undefined) throw rankMissing(source);
    const example = String(row.example);
    if (content !== undefined) {
      const hash = createHash("sha256").update(content).digest("base64").slice(0, 16);
      const first = contents.get(example);
      if (first === undefined) contents.set(example, { hash, file: source });
      else if (first.hash !== hash)
        return rows.reject(
          number,
          `example ${example} must hold what it holds in ${first.file}, got another content`,
        );
    }
    if (failure === undefined) return rows.add(row, number);
    gatherer.leaveOut(example);
    const key = `${source} ${run.rank} ${run.seed}`;
    const { examples = 0, reason = failure } = failures.get(key) ?? {};
    failures.set(key, { file: source, ...run, examples: examples + 1, reason });
  };
  await format.read(
    path,
    { ...rows, add },
    {
      ...{ stdin, choices },
      onRows: (lines, share) => onRead({ source, lines, ...(share === undefined ? {} : { share }) }),
    },
  );
}

function rankMissing(file: string): InputError {
  const advice =
    "Name the runs by a path such as 'runs/r{rank}-s{seed}', or keep the adapter's adapter_config.json beside or below each file.";
  return new InputError("E_OUTCOMES", `${file} must be of a run whose rank is known, got none\n${advice}`);
}

/** The outcomes of one run on its evaluation examples, in the order of the file. */
export interface RunOutcomes {
  readonly examples: readonly string[];
  /** The line of each example, from 1. */
  readonly lines: ArrayLike<number>;
  readonly correct: ArrayLike<number>;
  /** In nats. */
  readonly logLoss?: ArrayLike<number>;
  /** The true class of each example, where the rows say it. */
  readonly labels?: readonly string[];
}

/** Reads the outcomes of one run, whose rows need not say its rank and seed. Throws as {@link readOutcomes}. */
export async function readRun(path: string, run: RunOfRows): Promise<RunOutcomes> {
  const gatherer = new OutcomeGatherer({ source: path, unit: "line" });
  await plain.read(path, rowsFor(gatherer, path, run), { stdin: process.stdin, choices: {} });
  const [cell] = gatherer.table().cells;
  if (cell === undefined)
    throw new InputError("E_OUTCOMES", `${path} must have a row for each evaluation example, got no row`);
  const { correct, logLoss } = cell;
  return { ...gatherer.examplesOf(run), correct, ...(logLoss === undefined ? {} : { logLoss }) };
}
