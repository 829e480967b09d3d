import { createHash } from "node:crypto";
import { InputError, isInputError, machineErrorCode } from "@lorank/core";
import type { OutcomeTable } from "../decide/outcomes.ts";
import { OutcomeGatherer } from "../decide/outcomes-from-rows.ts";
import { namesIn } from "../schema/arm-axis.ts";
import type { SetMetricName } from "../schema/set-metrics.ts";
import type { ChosenRows } from "../schema/types.ts";
import { differenceAdvice } from "./differing-rows.ts";
import { isRunPattern } from "./files/run-pattern.ts";
import { plain } from "./plain.ts";
import type { ArmsRead } from "./rows/arms-read.ts";
import { Averages } from "./rows/averages.ts";
import { type ArmsOfRows, assertOfTable, type OutcomeChoices, type RowChoices } from "./rows/row-choices.ts";
import { RowChooser } from "./rows/row-chooser.ts";
import { type EvaluatedCells, type KnownRun, type Rows, rowsFor } from "./rows/rows.ts";
import { assertNoSecondary } from "./rows/secondary-columns.ts";
import { cellsOfTask, suiteMetric, tasksOf } from "./rows/suite.ts";
import { type RunFile, runFiles } from "./run-files.ts";
import { scaleAdvice } from "./scores/units.ts";

/** Tells a word, such as an answer, from a missing value. */
export const word = /^(?!nan|inf|none|null|n\/?a$)\p{L}/iu;

const wordsAdvice =
  "Answers are judged first, in a table with a row for each: columns rank, seed, example, answer and reference. " +
  "lorank judge FILE --metric equals -o outcomes.csv, then: lorank verdict outcomes.csv";

export interface ReadSoFar {
  readonly source: string;
  readonly lines: number;
  /** Share of the input read so far, 0 to 1; absent if the size is unknown, as for a pipe. */
  readonly share?: number;
}

export interface ReadOutcomesOptions extends OutcomeChoices, RowChoices {
  /** Arms to which rows or files belong. Default: they belong to ranks. */
  readonly arms?: ArmsRead | undefined;
  /** Replacement for this process's standard input. */
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Metric whose columns are read beside those of accuracy and log loss, such as F1. Default: none. */
  readonly setMetric?: SetMetricName | undefined;
  /** Name of the positive class. Default: the second of two classes in order, as 1 among 0 and 1. */
  readonly positive?: string | undefined;
  /** True to return the names of examples. Default: false. */
  readonly withNames?: boolean | undefined;
  /** Progress callback, called about every 20,000 lines. */
  readonly onRead?: (soFar: ReadSoFar) => void;
}

/** Count of a run's examples without an outcome, and why. */
export interface FailedExamples {
  readonly file: string;
  readonly rank: number;
  readonly seed: number;
  readonly examples: number;
  /** Evaluator's reason why the first example has none. */
  readonly reason: string;
}

/** Outcomes from files; `files` is present if they come from an evaluator or several runs. */
export interface ReadOutcomes extends OutcomeTable {
  readonly files?: readonly {
    readonly file: string;
    readonly format: string;
    readonly task?: string;
  }[];
  readonly failed?: readonly FailedExamples[];
  /** Filters and averaging of rows; absent if all rows were read, each by itself. */
  readonly chosenRows?: ChosenRows;
  /** Tasks of a suite, each with its outcomes in all runs; absent without a suite. */
  readonly tasks?: readonly string[];
  /** Metric of a suite, a mean over its tasks; absent without a suite. */
  readonly metric?: SetMetricName;
  /** Names of examples in the order of a run's outcomes; present on request. */
  readonly exampleNames?: readonly string[];
}

/**
 * Reads outcomes by any trainer or evaluator. `paths`: files, folders, run patterns (`runs/r{rank}-s{seed}`), or `-`
 * for standard input. Plain outcomes have a row per rank, seed and evaluation example, in CSV or JSON Lines.
 *
 * @throws InputError `E_COLUMN` for a missing column, `E_OUTCOMES` for bad rows and open choices, `E_DATA` for a JSON
 * array and as `readLines`.
 */
export async function readOutcomes(
  paths: string | readonly string[],
  options: ReadOutcomesOptions = {},
): Promise<ReadOutcomes> {
  const named = typeof paths === "string" ? [paths] : paths;
  const files = runFiles(named, options);
  const isPlain = files.length === 1 && files[0]!.format === plain && !named.some(isRunPattern);
  const reading = new FilesReading(isPlain ? nameOf(files[0]!) : undefined, options);
  for (const file of files) await reading.read(file, options);
  const gathered = await reading.table();
  const { arms, suite, setMetric, withNames = false } = options;
  const table: ReadOutcomes = {
    ...gathered,
    ...(suite === undefined ? {} : tasksOf(gathered, setMetric ?? suiteMetric(), named.join(", "))),
    ...(arms === undefined ? {} : { axis: arms.axis() }),
    ...(withNames ? { exampleNames: reading.exampleNames() } : {}),
  };
  if (isPlain) return table;
  return {
    ...table,
    files: files.map(({ path, format, task }) => ({
      ...{ file: path, format: format.name },
      ...(task === undefined ? {} : { task }),
    })),
    failed: reading.failed,
  };
}

const nameOf = ({ path }: { readonly path: string }): string => (path === "-" ? "standard input" : path);

/** Reader for successive files with the same examples. */
class FilesReading {
  readonly #gatherer: OutcomeGatherer;
  readonly #source: string | undefined;
  readonly #nameOf: (rank: number) => string;
  readonly #hasArms: boolean;
  readonly #isSuite: boolean;
  readonly #averaged: Averages | undefined;
  #where: ChosenRows = {};
  /** Row count before each file, to name rows by file and line. */
  readonly #starts: { readonly place: string; readonly start: number; readonly file: RunFile }[] = [];
  #rows = 0;
  readonly #failures = new Map<string, FailedExamples>();
  readonly #contents = new Map<string, { readonly hash: string; readonly file: string }>();
  readonly #fileOf = new Map<string, string>();
  /** True if the cells on right and wrong are words, false for numbers; undefined before the first. */
  #areWords: boolean | undefined;
  /** Largest number in cells on right and wrong. */
  #most = 0;

  /** @param source the only file, for messages. */
  constructor(
    source: string | undefined,
    {
      averageOver,
      suite,
      secondary = [],
      arms,
      setMetric: metric,
      positive,
    }: RowChoices & ArmsOfRows & Pick<ReadOutcomesOptions, "setMetric" | "positive">,
  ) {
    if (averageOver !== undefined && metric !== undefined)
      throw new InputError(
        "E_CONFIG",
        `--average-over must be of outcomes that have a mean, got --metric ${metric}`,
      );
    this.#source = source;
    const nameOf = namesIn(arms);
    this.#nameOf = nameOf;
    this.#hasArms = arms !== undefined;
    this.#isSuite = suite !== undefined;
    const placeOf = (number: number): string => {
      const { place, start } = this.#startOf(number);
      return `${place} ${number - start}`;
    };
    const named = source === undefined ? {} : { source };
    const names = secondary.map(({ name }) => name);
    this.#gatherer = new OutcomeGatherer({ ...named, placeOf, arms, secondary: names, metric, positive });
    if (averageOver !== undefined) assertNoSecondary(secondary, `rows averaged over ${averageOver}`);
    if (averageOver !== undefined)
      this.#averaged = new Averages(this.#gatherer, { column: averageOver, placeOf, nameOf });
  }

  #startOf(number: number) {
    return this.#starts.findLast(({ start }) => start < number)!;
  }

  exampleNames(): readonly string[] {
    return this.#gatherer.exampleNames();
  }

  get failed(): readonly FailedExamples[] {
    return [...this.#failures.values()];
  }

  /** Fault in a cell on right and wrong, in a column with the run's name. */
  #faultOf({ column, correct }: EvaluatedCells): string | undefined {
    const isNumber = typeof correct === "number";
    if (isNumber) {
      this.#areWords = false;
      this.#most = Math.max(this.#most, correct);
    }
    if (typeof correct === "string" && word.test(correct)) this.#areWords ??= true;
    if (column === undefined || (isNumber && correct >= 0 && correct <= 1)) return undefined;
    return `${JSON.stringify(column)} must be between 0 and 1, got ${JSON.stringify(correct)?.slice(0, 60)}`;
  }

  async table(): Promise<ReadOutcomes> {
    const values = this.#averaged?.finish();
    const table = await this.#gathered();
    if (table.examples > 0) {
      const averageOver = values && { averageOver: { column: this.#averaged!.over!.column, values } };
      const chosenRows: ChosenRows = { ...this.#where, ...averageOver };
      return Object.keys(chosenRows).length === 0 ? table : { ...table, chosenRows };
    }
    const got =
      table.leftOut === undefined ? "no row" : `${table.leftOut} that failed in a run, and no other`;
    throw new InputError(
      "E_OUTCOMES",
      `${this.#source ?? "the outcomes"} must have a row for each rank, seed and example, got ${got}`,
    );
  }

  async #gathered(): Promise<OutcomeTable> {
    try {
      return this.#gatherer.table();
    } catch (cause) {
      if (!isInputError(cause)) throw cause;
      const advice = this.#areWords ? wordsAdvice : (scaleAdvice(this.#most) ?? (await this.#repeatAdvice()));
      if (advice === undefined) throw cause;
      throw new InputError(cause.code, `${cause.message}\n${advice}`, { cause });
    }
  }

  async #repeatAdvice(): Promise<string | undefined> {
    const { repeated } = this.#gatherer;
    if (repeated === undefined) return undefined;
    const [a, b] = repeated;
    const { file, start } = this.#startOf(b);
    if (a <= start || file.format !== plain) return undefined;
    return differenceAdvice(file.path, [a - start, b - start], this.#hasArms);
  }

  async read(
    file: RunFile,
    { stdin = process.stdin, onRead = () => {}, ...choices }: ReadOutcomesOptions,
  ): Promise<void> {
    const source = nameOf(file);
    const { format } = file;
    const start = this.#rows;
    const { where, averageOver, suite, secondary, arms } = choices;
    const chooser =
      format === plain ? new RowChooser({ where, averageOver, suite, secondary, arms }, source) : undefined;
    const hasArms = arms !== undefined;
    if (chooser === undefined) {
      assertOfTable({ where, averageOver, by: arms?.isOfTable === true }, `files of ${format.name}`);
      assertNoSecondary(secondary, `files of ${format.name}`);
    }
    this.#starts.push({
      file,
      place: this.#source === undefined ? `${source}, ${format.unit}` : format.unit,
      start,
    });
    const known: KnownRun = arms?.isOfTable ? { defaultSeed: 0 } : file;
    const rows = rowsFor(this.#averaged ?? this.#gatherer, source, known, "the path", hasArms);
    const count = (number: number): number => {
      this.#rows = Math.max(this.#rows, start + number);
      return start + number;
    };
    const reject: Rows["reject"] = (number, fault) => rows.reject(count(number), fault);
    const add: Rows["add"] =
      format === plain
        ? (row, number) => {
            const fault = this.#faultOf(row);
            if (fault === undefined) rows.add(row, count(number));
            else reject(number, fault);
          }
        : (row, number) => {
            const ofTask = suite === undefined ? row : cellsOfTask(row, file.task!);
            const fault = this.#addEvaluated(ofTask, file, (cells) => rows.add(cells, count(number)));
            if (fault !== undefined) reject(number, fault);
          };
    if (file.rank !== undefined && file.seed !== undefined) this.#claim(file.rank, file.seed, file);
    const onRows = (lines: number, share?: number): void =>
      onRead({ source, lines, ...(share === undefined ? {} : { share }) });
    try {
      const choose = chooser?.choose && { choose: chooser.choose };
      await format.read(file.path, { ...rows, ...choose, hasArms, add, reject }, { stdin, choices, onRows });
    } catch (cause) {
      if (isInputError(cause) || machineErrorCode(cause) !== undefined) throw cause;
      const rule = `must be a file of ${format.name} that can be read`;
      throw new InputError("E_DATA", `${source} ${rule}: ${(cause as Error).message}`, { cause });
    }
    this.#where = chooser?.chosen() ?? {};
  }

  #addEvaluated(
    { content, failure, ...row }: EvaluatedCells,
    file: RunFile,
    add: (row: EvaluatedCells) => void,
  ): string | undefined {
    const source = nameOf(file);
    const rank = file.rank ?? row.rank;
    const seed = file.seed ?? row.seed ?? file.defaultSeed;
    if (rank === undefined) throw rankMissing(source);
    this.#claim(rank as number, seed as number, file);
    const example = String(row.example);
    if (content !== undefined) {
      const hash = createHash("sha256").update(content).digest("base64").slice(0, 16);
      const first = this.#contents.get(example);
      if (first === undefined) this.#contents.set(example, { hash, file: source });
      else if (first.hash !== hash)
        return `example ${JSON.stringify(example)} must hold what it holds in ${first.file}, got another content`;
    }
    if (failure === undefined) {
      add({ ...row, rank, seed });
      return undefined;
    }
    this.#gatherer.leaveOut(example);
    const key = `${source} ${rank} ${seed}`;
    const { examples = 0, reason = failure } = this.#failures.get(key) ?? {};
    const run = { rank: rank as number, seed: seed as number };
    this.#failures.set(key, { file: source, ...run, examples: examples + 1, reason });
    return undefined;
  }

  /** Records which file has a run, or a task of it; throws if another file has it, too. */
  #claim(rank: number, seed: number, of: RunFile): void {
    const file = nameOf(of);
    const run = `${this.#nameOf(rank)}, seed ${seed}${this.#isSuite ? `, task ${of.task}` : ""}`;
    const other = this.#fileOf.get(run) ?? file;
    this.#fileOf.set(run, file);
    if (other === file) return;
    const advice =
      "Name the runs by a path such as 'runs/r{rank}-s{seed}' or 'runs/{arm}-s{seed}'; * stands for any characters.";
    throw new InputError("E_OUTCOMES", `${run} must have one file, got ${other} and ${file}\n${advice}`);
  }
}

function rankMissing(file: string): InputError {
  const advice =
    "Name the runs by a path such as 'runs/r{rank}-s{seed}', or keep an adapter_config.json beside each file.";
  return new InputError("E_OUTCOMES", `${file} must be of a run whose rank is known, got none\n${advice}`);
}
