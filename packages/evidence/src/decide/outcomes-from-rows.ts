import { assertList, InputError } from "@lorank/core";
import {
  type OfValues,
  type Outcome,
  type OutcomeCells,
  type ValueField,
  valueColumns,
} from "../columns/outcome-columns.ts";
import { isAbsent, quote } from "../columns/rules.ts";
import { namesIn } from "../schema/arm-axis.ts";
import type { ArmAxis } from "../schema/arm-types.ts";
import { groupNumbers } from "../schema/group-numbers.ts";
import { type MetricName, metricOf } from "../schema/metric.ts";
import { type OrderedClasses, orderedClasses } from "./class-order.ts";
import { priorOfLabels } from "./class-prior-loss.ts";
import { type FieldRule, fieldRules, rowFault } from "./field-rules.ts";
import { grown, Names, NamesOfExamples } from "./names.ts";
import { OutcomeProblems } from "./outcome-problems.ts";
import { type OutcomeCell, type OutcomeTable, outcomeTable } from "./outcomes.ts";

export interface OutcomeGathererOptions {
  /** Name of the table in error messages. Default: `the outcomes`. */
  readonly source?: string;
  /** Word before a row's number in error messages. Default: `row`. */
  readonly unit?: "row" | "line";
  /** Words for a row's place in error messages. Default: unit and number. */
  readonly placeOf?: (number: number) => string;
  /** Arms whose numbers stand in the place of ranks. */
  readonly arms?: Pick<ArmAxis, "names"> | undefined;
  /** Names of secondary outcomes, in the order of each row's cells. Default: none. */
  readonly secondary?: readonly string[];
  /** Metric whose columns are read beside those of accuracy and log loss. Default: none. */
  readonly metric?: MetricName | undefined;
  /** Name of the positive class. Default: the second of two classes in order, as 1 among 0 and 1. */
  readonly positive?: string | undefined;
}

/** Row with cells of secondary outcomes. */
interface GatheredCells extends OutcomeCells {
  readonly secondary?: readonly unknown[];
}

/** Most runs in a table, at a kilobyte each: a thousand ranks under a hundred seeds. */
const mostRuns = 100_000;

/** Run being gathered. Arrays are indexed by example, with spare room at the end. */
interface Run {
  readonly rank: number;
  readonly seed: number;
  count: number;
  /** Number of each example's row; 0 if missing. */
  rows: Uint32Array;
  /** Outcomes by column; bytes while a column is all 0 or 1. */
  readonly values: (Uint8Array | Float64Array)[];
  readonly secondary: Float64Array[];
}

/**
 * Gathers millions of rows in one pass: 5 bytes a row, 13 with `logLoss`, and each example's name once. Faulty rows are
 * reported together by {@link table}.
 */
export class OutcomeGatherer {
  readonly #source: string;
  readonly #placeOf: (number: number) => string;
  readonly #nameOf: (rank: number) => string;
  readonly #problems: OutcomeProblems;
  readonly #secondary: readonly string[];
  readonly #runs = new Map<number, Map<number, Run>>();
  #runCount = 0;
  readonly #examples = new Names();
  /** Names of classes, by labels and predictions. */
  readonly #classes = new Names();
  readonly #names = { label: new NamesOfExamples(this.#classes), group: new NamesOfExamples() };
  readonly #metric: MetricName | undefined;
  readonly #positive: string | undefined;
  #rules: readonly FieldRule[] | undefined;
  #valued: readonly ValueField[] = [];
  #named: readonly ("label" | "group")[] = [];
  readonly #leftOut = new Set<string>();
  #repeated: readonly [earlier: number, later: number] | undefined;

  constructor({
    source,
    unit = "row",
    placeOf = (number) => `${unit} ${number}`,
    arms,
    secondary = [],
    metric,
    positive,
  }: OutcomeGathererOptions = {}) {
    this.#source = source ?? "the outcomes";
    this.#placeOf = placeOf;
    this.#nameOf = namesIn(arms);
    this.#problems = new OutcomeProblems(source);
    this.#secondary = secondary;
    this.#metric = metric;
    this.#positive = positive;
  }

  /** Fields that the metric of all examples together needs; empty for another metric. */
  get #needs(): readonly string[] {
    return (this.#metric && metricOf(this.#metric).set?.needs) ?? [];
  }

  /** Adds a row, in errors by its `number`. @throws InputError `E_OUTCOMES` at the 100,001st pair of rank and seed. */
  add(row: GatheredCells, number: number): void {
    if (this.#rules === undefined) {
      this.#rules = fieldRules(row, this.#placeOf(number), this.#needs);
      this.#valued = this.#rules.flatMap(({ field }) =>
        valueColumns.some(([known]) => known === field) && !isAbsent(row[field]) ? [field as ValueField] : [],
      );
      this.#named = (["label", "group"] as const).filter((field) => !isAbsent(row[field]));
    }
    const fault =
      rowFault(row, this.#rules) ??
      this.#secondaryFault(row.secondary) ??
      this.#take(row as Outcome, number, row.secondary as readonly number[]);
    if (fault !== undefined) this.reject(number, fault);
  }

  /** First two rows with the same rank, seed and example. */
  get repeated(): readonly [earlier: number, later: number] | undefined {
    return this.#repeated;
  }

  reject(number: number, fault: string): void {
    this.#problems.add(fault, `${this.#placeOf(number)}: ${fault}`);
  }

  /** Leaves an example out of all runs, since some run lacks it. */
  leaveOut(example: string): void {
    this.#leftOut.add(example);
  }

  /** @throws InputError `E_OUTCOMES` for faulty rows, and for runs that lack examples. */
  table(): OutcomeTable {
    const runs = [...this.#runs.values()].flatMap((seeds) => [...seeds.values()]);
    // Missing examples of a run are known only if every row is complete.
    if (this.#problems.count === 0) for (const run of runs) this.#checkComplete(run);
    this.#problems.throwIfAny();

    const compared = this.#compared();
    const groups = this.#named.includes("group")
      ? { groups: groupNumbers(compared(this.#names.group.numbers)) }
      : {};
    const classes = this.#needs.length > 0 ? this.#orderedClasses() : undefined;
    const truth = classes && {
      truth: compared(this.#names.label.numbers).map((one) => classes.placeOf(one)),
    };
    const cells = runs.map(({ rank, seed, values, secondary }): OutcomeCell => {
      const columns = values.map((own, i) => {
        const field = this.#valued[i]!;
        return [field, field === "prediction" ? compared(own).map(classes!.placeOf) : compared(own)];
      });
      const own = Object.fromEntries(columns) as OfValues<ArrayLike<number>>;
      const others = secondary.map((values, i) => ({
        ...{ name: this.#secondary[i]!, values: compared(values) },
        ...groups,
      }));
      return { rank, seed, ...own, ...truth, ...groups, ...(others.length > 0 ? { secondary: others } : {}) };
    });
    const prior = this.#named.includes("label")
      ? priorOfLabels(compared(this.#names.label.numbers))
      : undefined;
    const leftOut = this.#leftOut.size;
    return {
      ...outcomeTable(cells, [], cells[0]?.correct.length ?? 0),
      ...(prior ? { prior } : {}),
      ...(classes ? { classes: classes.names } : {}),
      ...(leftOut > 0 ? { leftOut } : {}),
    };
  }

  #orderedClasses(): OrderedClasses {
    const all = Array.from({ length: this.#classes.size }, (_, i) => this.#classes.at(i));
    return orderedClasses(all, this.#positive, this.#source);
  }

  #compared(): <Values extends Uint8Array | Float64Array | Int32Array>(values: Values) => Values {
    const { size } = this.#examples;
    if (this.#leftOut.size === 0) return (values) => values.subarray(0, size) as typeof values;
    return (values) => values.subarray(0, size).filter((_, i) => !this.#isLeftOut(i)) as typeof values;
  }

  #isLeftOut(example: number): boolean {
    return this.#leftOut.size > 0 && this.#leftOut.has(this.#examples.at(example));
  }

  /** Names of the examples that count, in table order. */
  exampleNames(): string[] {
    const all = Array.from({ length: this.#examples.size }, (_, i) => this.#examples.at(i));
    return all.filter((name) => !this.#leftOut.has(name));
  }

  /** A run's examples in table order, with row, label and group. */
  examplesOf(run: { readonly rank: number; readonly seed: number }): {
    readonly examples: readonly string[];
    readonly lines: ArrayLike<number>;
    readonly labels?: readonly string[];
    readonly groups?: readonly string[];
  } {
    const { rows } = this.#runs.get(run.rank)!.get(run.seed)!;
    const numbers = Array.from({ length: this.#examples.size }, (_, i) => i);
    const namesOf = (names: { at(i: number): string }) => numbers.map((i) => names.at(i));
    return {
      examples: namesOf(this.#examples),
      lines: rows.subarray(0, numbers.length),
      ...Object.fromEntries(this.#named.map((field) => [`${field}s`, namesOf(this.#names[field])])),
    };
  }

  #secondaryFault(cells: readonly unknown[] = []): string | undefined {
    const wrong = this.#secondary.findIndex((_, i) => !Number.isFinite(cells[i]));
    if (wrong < 0) return undefined;
    const cell = cells[wrong];
    return `${this.#secondary[wrong]} must be a number, got ${isAbsent(cell) ? "none" : quote(cell)}`;
  }

  #take(row: Outcome, number: number, secondary: readonly number[] = []): string | undefined {
    const { rank, seed, example } = row;
    // Names as text: a CSV reader gives 7 where a JSONL reader gives "7".
    const name = String(example);
    const known = this.#examples.find(name);
    const run = this.#run(rank, seed);
    const earlier = known === undefined ? 0 : (run.rows[known] ?? 0);
    if (earlier !== 0) {
      this.#repeated ??= [earlier, number];
      return (
        `${this.#nameOf(rank)}, seed ${seed}, example ${quote(name)} must occur once, ` +
        `got it in ${this.#placeOf(earlier)} already`
      );
    }
    const index = known ?? this.#examples.add(name);
    const isNew = known === undefined;
    for (const field of this.#named) {
      const named = String(row[field]);
      const earlierName = this.#names[field].add(index, isNew, named);
      if (earlierName === undefined) continue;
      const rule = `must be ${quote(earlierName)} in every row, got ${quote(named)}`;
      return `${field} of example ${quote(name)} ${rule}`;
    }
    run.rows = grown(run.rows, index);
    run.rows[index] = number;
    for (let i = 0; i < this.#valued.length; i++) {
      const value = this.#valueOf(row, this.#valued[i]!);
      let values = grown(run.values[i]!, index);
      // Bytes become floats for the first share, which a byte would cut to 0.
      if (values instanceof Uint8Array && value !== 0 && value !== 1) values = Float64Array.from(values);
      values[index] = value;
      run.values[i] = values;
    }
    for (let i = 0; i < this.#secondary.length; i++) {
      run.secondary[i] = grown(run.secondary[i]!, index);
      run.secondary[i]![index] = secondary[i]!;
    }
    run.count++;
    return undefined;
  }

  #valueOf(row: Outcome, field: ValueField): number {
    if (field !== "prediction") return row[field as "correct"];
    const name = String(row.prediction);
    return this.#classes.find(name) ?? this.#classes.add(name);
  }

  #run(rank: number, seed: number): Run {
    const seeds = this.#runs.get(rank) ?? new Map<number, Run>();
    const known = seeds.get(seed);
    if (known !== undefined) return known;
    if (++this.#runCount > mostRuns) {
      const rule = `must have at most ${mostRuns} pairs of a rank and a seed`;
      throw new InputError("E_OUTCOMES", `${this.#source} ${rule}, got more`);
    }
    const length = Math.max(16, this.#examples.size);
    const values = this.#valued.map(() => new Uint8Array(length));
    const secondary = this.#secondary.map(() => new Float64Array(length));
    const run: Run = { rank, seed, count: 0, rows: new Uint32Array(length), values, secondary };
    this.#runs.set(rank, seeds.set(seed, run));
    return run;
  }

  #checkComplete({ rank, seed, count, rows }: Run): void {
    const { size } = this.#examples;
    if (count === size) return;
    const isLacking = (i: number): boolean => !rows[i] && !this.#isLeftOut(i);
    const lacking = Array.from({ length: size }, (_, i) => i).filter(isLacking);
    if (lacking.length === 0) return;
    const more = lacking.length > 1 ? ` and ${lacking.length - 1} more` : "";
    const lacks = `lacks ${quote(this.#examples.at(lacking[0]!))}${more}`;
    this.#problems.add(`${this.#nameOf(rank)}, seed ${seed} must have all ${size} examples, ${lacks}`);
  }
}

/**
 * Gathers another trainer's outcomes: a row per rank, seed and example. A rank without rows for a seed is a missing
 * run. For rows that arrive singly: `OutcomeGatherer`. `options.metric`: a metric such as F1 whose columns are read, too.
 *
 * @throws InputError `E_OUTCOMES` for bad rows, all at once, numbered from 1.
 */
export function outcomesFromRows(
  rows: readonly Outcome[],
  options: Pick<OutcomeGathererOptions, "metric" | "positive"> = {},
): OutcomeTable {
  assertList("rows", rows);
  const gatherer = new OutcomeGatherer(options);
  for (const [i, row] of rows.entries()) gatherer.add(row, i + 1);
  return gatherer.table();
}
