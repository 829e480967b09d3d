import { assertOptions, type OptionNames } from "@lorank/core";
import { canonicalJson } from "../schema/canonical-json.ts";
import { metricsBeside } from "../schema/metric.ts";
import { type ExampleOutcomes, leftOutOf, outcomesOf, without } from "../schema/scores.ts";
import type {
  FailedTrial,
  LeftOutRun,
  Measured,
  Metric,
  MetricName,
  SpecMembers,
  TrialResult,
} from "../schema/types.ts";
import type { ClassPrior } from "./class-prior-loss.ts";
import { OutcomeProblems } from "./outcome-problems.ts";

/** Results of one run (a rank under a seed) on every evaluation example, in the table's order of examples. */
export interface OutcomeCell extends ExampleOutcomes {
  readonly rank: number;
  readonly seed: number;
  /** Step by step, if known. They distinguish runs that are right on the same examples. */
  readonly trainLosses?: ArrayLike<number>;
  /** Start of the run, in milliseconds since 1970, if known. */
  readonly startedAt?: number;
}

/** Metrics that all cells have values of; `metric` is the one that decides. */
export function metricsOf(cells: readonly ExampleOutcomes[], metric: MetricName): readonly Metric[] {
  return metricsBeside(metric).filter(({ column }) => cells.every((cell) => cell[column] !== undefined));
}

/** A run that left no outcomes. */
export type FailedRun = LeftOutRun;

/** Runs of a grid of ranks and seeds. */
export interface RunTable<Run = { readonly rank: number; readonly seed: number }> {
  /** Every rank tried, ascending, with or without a completed run. */
  readonly ranks: readonly number[];
  /** Every seed tried, ascending. */
  readonly seeds: readonly number[];
  /** Completed runs, at most one for a rank and seed. */
  readonly cells: readonly Run[];
  readonly failures: readonly FailedRun[];
}

/**
 * Outcomes of all runs, `examples` values each. Build a table with `outcomesFromTrials`, `outcomesFromRows` or an
 * `OutcomeGatherer`.
 */
export interface OutcomeTable extends RunTable<OutcomeCell> {
  readonly examples: number;
  /** The class prior; absent if there are no classes, or none are known. */
  readonly prior?: ClassPrior | undefined;
  /** Count of the examples that were left out of all runs, since one has no outcome of them; absent if none was. */
  readonly leftOut?: number;
}

/** Names of the members of an {@link OutcomeTable}. */
export const outcomeNames: OptionNames<OutcomeTable> = {
  ranks: true,
  seeds: true,
  cells: true,
  failures: true,
  examples: true,
  prior: false,
  leftOut: false,
};

/** @throws InputError as {@link assertOptions}, as for rows that are not gathered yet. */
export function assertOutcomes(outcomes: OutcomeTable): void {
  assertOptions(outcomes, "the table of outcomes", outcomeNames);
}

/** Members of a trial's result that a decision reads. */
export type EvaluatedTrial = Pick<TrialResult, "spec" | "status" | "evaluation"> &
  Partial<Pick<TrialResult, "lossCurve" | "measured">>;

/**
 * Gathers the per-example outcomes of a sweep's trials, which must agree on base, data and task, or on the trainer. A
 * diverged or out-of-memory trial becomes a failure of its rank and seed. An example that a judge left out of one run is left
 * out of all. `groups`: number of each example's group, from 0. `failed`: runs without a result.
 */
export function outcomesFromTrials(
  trials: readonly EvaluatedTrial[],
  groups?: readonly number[],
  failed: readonly FailedTrial[] = [],
): OutcomeTable {
  const cells: OutcomeCell[] = [];
  const failures: FailedRun[] = failed.map(({ rank, seed, reason }) => ({
    ...{ rank, seed, reason },
    status: "failed",
  }));
  const problems = new OutcomeProblems();
  const seen = new Set<string>();
  const leftOut = leftOutOf(trials.map(({ evaluation }) => evaluation));
  let examples: number | undefined;
  for (const { spec, status, evaluation, lossCurve = [], measured } of trials) {
    const { seed } = spec;
    const { rank } = spec.lora;
    const name = `rank ${rank}, seed ${seed}`;
    if (seen.has(name)) problems.add(`${name}: must occur once, got it again`);
    seen.add(name);
    if (!sameSubject(spec, trials[0]!.spec)) {
      problems.add(`${name}: base, data, task and answers, or the trainer, must be those of the first trial`);
    }
    if (status !== "completed") {
      failures.push({ rank, seed, status });
      continue;
    }
    if (!evaluation) {
      problems.add(`${name}: evaluation must be present in a completed trial`);
      continue;
    }
    const { correct, logLosses } = evaluation;
    examples ??= correct.length;
    const losses = logLosses?.length ?? correct.length;
    if (correct.length !== examples || losses !== examples) {
      problems.add(
        `${name}: correct and logLosses must have ${examples} values, got ${correct.length} and ${losses}`,
      );
    }
    const loss = logLosses?.find((one) => !isLogLoss(one));
    if (loss !== undefined)
      problems.add(`${name}: logLosses must be numbers from 0 to ${mostLogLoss}, got ${loss}`);
    cells.push({
      ...{ rank, seed, ...outcomesOf(evaluation, leftOut) },
      ...(groups ? { groups: without(leftOut, groups) } : {}),
      ...(lossCurve.length > 0 ? { trainLosses: lossCurve.map(({ loss }) => loss) } : {}),
      // The result of a trial of this engine depends on its spec alone, not on the time.
      ...(measured && "trainer" in spec ? { startedAt: startOf(measured) } : {}),
    });
  }
  if (groups && examples !== undefined && groups.length !== examples) {
    problems.add(
      `validationGroups must be as many as the outcomes of a trial, got ${groups.length} and ${examples}`,
    );
  }
  if (leftOut.size > 0 && leftOut.size === examples)
    problems.add(`each of ${examples} examples was left out of a run by the judge`);
  problems.throwIfAny();
  return outcomeTable(cells, failures, (examples ?? 0) - leftOut.size);
}

function startOf({ provenance, seconds }: Measured): number {
  return Date.parse(provenance.finishedAt) - 1000 * seconds.total;
}

function sameSubject(a: TrialResult["spec"], b: TrialResult["spec"]): boolean {
  const subject = ({ trainer, base, data, task, answers }: SpecMembers): string =>
    JSON.stringify([trainer, base, data, task, answers].map((member) => member && canonicalJson(member)));
  return subject(a) === subject(b);
}

/** Orders the table and names the runs of the grid of ranks and seeds that are absent. */
export function outcomeTable(
  cells: readonly OutcomeCell[],
  failures: readonly FailedRun[],
  examples: number,
): OutcomeTable {
  return { ...runTable(cells, failures), examples };
}

/** Orders runs and names those of the grid of ranks and seeds that are absent. */
export function runTable<Run extends { readonly rank: number; readonly seed: number }>(
  cells: readonly Run[],
  failures: readonly FailedRun[] = [],
): RunTable<Run> {
  const runs = [...cells, ...failures];
  const ranks = ascending(runs.map((run) => run.rank));
  const seeds = ascending(runs.map((run) => run.seed));
  const present = new Set(runs.map(({ rank, seed }) => `${rank} ${seed}`));
  const missing: FailedRun[] = [];
  for (const rank of ranks) {
    for (const seed of seeds) {
      if (!present.has(`${rank} ${seed}`)) missing.push({ rank, seed, status: "missing" });
    }
  }
  return { ranks, seeds, cells, failures: [...failures, ...missing] };
}

/** The runs of these ranks under these seeds, without the prior. */
export function partOf(
  table: OutcomeTable,
  ranks: readonly number[],
  seeds: readonly number[],
): OutcomeTable {
  const isIn = ({ rank, seed }: { rank: number; seed: number }): boolean =>
    ranks.includes(rank) && seeds.includes(seed);
  return {
    ranks: table.ranks.filter((rank) => ranks.includes(rank)),
    seeds: table.seeds.filter((seed) => seeds.includes(seed)),
    examples: table.examples,
    cells: table.cells.filter(isIn),
    failures: table.failures.filter(isIn),
  };
}

/** Tells whether each of these ranks has run under each of these seeds, completed or failed. */
export function hasRun(outcomes: OutcomeTable, ranks: readonly number[], seeds: readonly number[]): boolean {
  const ran = new Set(
    [...outcomes.cells, ...outcomes.failures.filter(({ status }) => status !== "missing")].map(
      ({ rank, seed }) => `${rank} ${seed}`,
    ),
  );
  return ranks.every((rank) => seeds.every((seed) => ran.has(`${rank} ${seed}`)));
}

/** The different values, ascending. */
export function ascending(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** One line of any trainer's outcomes: the result of a rank, trained with a seed, on one evaluation example. */
export interface Outcome {
  readonly rank: number;
  readonly seed: number;
  /** Names the example; the same name means the same example under every rank and seed. */
  readonly example: string | number;
  /** 1 if right, 0 if wrong, or a share between them, such as the F1 of an answer's words or its right tokens. */
  readonly correct: number;
  /** Negative log probability of the truth, in nats, at most 1e9; in all rows or in none. */
  readonly logLoss?: number;
  /** The true class of the example; in all rows or in none. It allows a comparison of ranks with the class prior. */
  readonly label?: string | number;
  /** The document, thread or person that the example comes from; in all rows or in none. */
  readonly group?: string | number;
}

/** A row before it is checked. A value that does not parse as its field stays as it was read. */
export type OutcomeCells = { readonly [Field in keyof Outcome]?: unknown };

/**
 * Most log loss of an example that is compared, in nats. The smallest double is at 745 nats; a loss by logits can be above
 * that, by far less than this.
 */
export const mostLogLoss = 1e9;

/** Rule for a field of every row. */
export interface FieldRule {
  readonly field: keyof Outcome;
  readonly rule: string;
  readonly holds: (value: unknown) => boolean;
  /** Place of the first row, for messages (`row 1`), if it has this optional field. */
  readonly presentIn?: string;
}

/** Rules for all rows. The first row, at `place`, decides whether optional fields are in all of them or in none. */
export function fieldRules(first: OutcomeCells, place: string): readonly FieldRule[] {
  const optional = ({ field, rule, holds }: FieldRule): FieldRule =>
    isAbsent(first[field])
      ? { field, rule: `in every row or in none (${place} has none)`, holds: isAbsent }
      : { field, rule: `${rule} in every row`, holds, presentIn: place };
  const name = "a name or a number";
  return [
    { field: "rank", rule: "a whole number of at least 0", holds: isRank },
    { field: "seed", rule: "a whole number", holds: Number.isSafeInteger },
    { field: "example", rule: name, holds: isName },
    { field: "correct", rule: "between 0 and 1", holds: isShare },
    optional({ field: "label", rule: name, holds: isName }),
    optional({ field: "group", rule: name, holds: isName }),
    optional({ field: "logLoss", rule: `a number from 0 to ${mostLogLoss}`, holds: isLogLoss }),
  ];
}

/** Describes the faults of a row by itself; undefined if it has none. */
export function rowFault(row: OutcomeCells, rules: readonly FieldRule[]): string | undefined {
  let faults: string[] | undefined;
  for (const { field, rule, holds, presentIn } of rules) {
    const value = row[field];
    if (holds(value)) continue;
    const but = presentIn === undefined ? "" : `, but ${presentIn} has one`;
    faults ??= [];
    if (!isAbsent(value)) faults.push(`${field} must be ${rule}, got ${quote(value)}`);
    else faults.push(`${field} is ${value === undefined ? "missing" : "empty"}${but}`);
  }
  return faults?.join("; ");
}

/** Formats a value for a message: a text in quotation marks, a long one cut. */
export function quote(value: unknown): string {
  const text = typeof value === "number" ? String(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** Tells whether a cell is empty. */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "";
}

function isRank(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isShare(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= 1;
}

/** Tells whether a log loss is in range: a sum of squares of numbers near the largest double would be infinite. */
function isLogLoss(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value <= mostLogLoss;
}

function isName(value: unknown): boolean {
  return typeof value === "string" ? value !== "" : Number.isFinite(value);
}
