import { InputError } from "@lorank/core";
import { metricOf, metrics } from "../../schema/metric.ts";
import type { MetricName } from "../../schema/types.ts";
import { andList, endOf } from "../rows/row-choices.ts";
import { rankNames } from "../rows/rows.ts";

/** Choice of the score by which runs are compared. */
export interface ScoreChoices {
  /** A column, or the end of its name behind `/` or `.`; or a metric. (default: the only one that is known) */
  readonly metric?: string | undefined;
  /** The side that is better, needed for a score that is not known. */
  readonly better?: "higher" | "lower" | undefined;
  /** A task of lm-evaluation-harness, where there are several. */
  readonly task?: string | undefined;
  /** A filter of lm-evaluation-harness, where there are several. */
  readonly filter?: string | undefined;
  /** Refuse a score without a default margin, since there is no other. (default: false) */
  readonly needsMargin?: boolean | undefined;
}

/** A score of runs: where it stands and what it means. */
export interface ChosenScore {
  readonly column: string;
  readonly metric: MetricName;
}

/** Columns of a table with a row for each run, as trackers export it. */
export interface RunColumns {
  readonly rank: string;
  readonly seed?: string;
  /** Learning rate. */
  readonly rate?: string;
  /** Number of evaluation examples. */
  readonly examples?: string;
  /** `finished`, or what became of the run. */
  readonly state?: string;
  /** When it began, or else when it ended. */
  readonly time?: string;
  /** The run or the weights that it started from. */
  readonly start?: string;
}

const names = {
  rank: [...rankNames, "rank", "r"],
  seed: ["seed", "random_seed", "train_seed", "training_seed"],
  rate: ["learning_rate", "lr"],
  examples: ["n", "examples", "n_examples", "num_examples", "eval_samples", "eval_examples"],
  state: ["state", "status"],
  time: [
    ...[
      "started",
      "started_at",
      "start_time",
      "start",
      "created",
      "created_at",
      "timestamp",
      "_timestamp",
      "date",
    ],
    ...["finished_at", "ended_at", "end_time", "updated_at"],
  ],
  start: [
    ...[
      "resume_from",
      "resumed_from",
      "resume_from_checkpoint",
      "init_from",
      "initialized_from",
      "start_from",
      "started_from",
    ],
    ...["warm_start_from", "init_adapter", "lora_model_dir"],
  ],
} as const satisfies Record<keyof RunColumns, readonly string[]>;

/**
 * Finds the columns that say which run a row is.
 *
 * @param settings columns by which rows were chosen: what tells rows apart is no number of evaluation examples.
 * @returns undefined without a column of the rank.
 * @throws InputError `E_COLUMN` where two columns could be the same.
 */
export function runColumns(
  columns: readonly string[],
  source: string,
  settings: readonly string[] = [],
): RunColumns | undefined {
  const find = (field: keyof RunColumns): string | undefined => {
    for (const name of names[field]) {
      // Trackers log the rate of each step too, under a name of training.
      const found = columns.filter((column) => endOf(column) === name && !isOfTraining(column));
      if (found.length > 1)
        throw new InputError(
          "E_COLUMN",
          `${source} must have one column ${name}, got ${found.join(" and ")}`,
        );
      if (found.length === 1) return found[0];
    }
    return undefined;
  };
  const rank = find("rank");
  if (rank === undefined) return undefined;
  const [seed, rate, examples, state] = [find("seed"), find("rate"), find("examples"), find("state")];
  // Several are no contradiction: the first name that one has.
  const first = (field: "time" | "start"): string | undefined =>
    names[field].flatMap((name) => columns.find((column) => endOf(column) === name) ?? [])[0];
  const [time, start] = [first("time"), first("start")];
  return {
    rank,
    ...(seed === undefined ? {} : { seed }),
    ...(rate === undefined ? {} : { rate }),
    ...(examples === undefined || settings.includes(examples.trim()) ? {} : { examples }),
    ...(state === undefined ? {} : { state }),
    ...(time === undefined ? {} : { time }),
    ...(start === undefined ? {} : { start }),
  };
}

/** Tells whether a column says what became of a run, as examples have none. */
export function haveStates(columns: readonly string[]): boolean {
  return columns.some((column) => names.state.some((name) => name === endOf(column)));
}

/** A column for each rank, by its name: `8`, `r8`, `rank 8`. Empty unless there are two. */
export function rankColumns(columns: readonly string[]): NumberedColumn[] {
  return numbered(columns, /^(?:r|rank|lora_r|lora_rank)?[ _=:-]*(\d{1,6})$/i);
}

/** A column for each seed, by its name: `s1`, `seed 1`. Empty unless there are two. */
export function seedColumns(columns: readonly string[]): NumberedColumn[] {
  return numbered(columns, /^(?:s|seed)[ _=:-]*(\d{1,15})$/i);
}

/** A column of a table that has one for each rank or seed. */
export interface NumberedColumn {
  readonly column: string;
  readonly number: number;
}

function numbered(columns: readonly string[], name: RegExp): NumberedColumn[] {
  const found = columns.flatMap((column) => {
    const digits = name.exec(column.trim())?.[1];
    return digits === undefined ? [] : [{ column, number: Number(digits) }];
  });
  return found.length > 1 ? found : [];
}

/** Names of further scores, by the side that is better. */
const sides = {
  higher:
    /^(f1.*|exact_match|em|rouge.*|bleu|mcc|matthews_correlation|auc|auroc|precision|recall|pass@\d+|win_rate|reward|spearmanr?|pearson)$/,
  lower: /^(perplexity|ppl|wer|cer|mse|mae|rmse|error|error_rate)$/,
} as const;

function knownMetric(column: string): MetricName | undefined {
  const end = endOf(column).replace(/,.*$/, "");
  const name = end.replace(/^(eval|val|valid|validation|test|dev)_/, "");
  const known = Object.values(metrics).find(({ knownAs }) => knownAs.includes(name));
  if (known !== undefined) return known.name;
  return sides.higher.test(name) ? `higher:${end}` : sides.lower.test(name) ? `lower:${end}` : undefined;
}

/** Tells a score from 0 to 1 that is often written in percent. */
export function isShareLike(metric: MetricName): boolean {
  return (
    sides.higher.test(metric.replace(/^higher:(eval|val|valid|validation|test|dev)?_?/, "")) &&
    !metric.endsWith("reward")
  );
}

/** Says which further scores of an evaluation there are, and how one of them is chosen; nothing where there is none. */
export function otherScores(where: string, columns: readonly string[], chosen: string): string[] {
  const others = columns
    .filter((column) => column !== chosen && !isOfTraining(column) && knownMetric(column) !== undefined)
    .map((column) => column.trim());
  if (others.length === 0) return [];
  const name = /\s/.test(others[0]!) ? `"${others[0]}"` : others[0];
  return [`The ${where} also has ${andList(others)}; --metric ${name} judges by it.`];
}

/** Tells a score of training, which does not judge a rank. */
function isOfTraining(column: string): boolean {
  return /^train([_./]|$)/i.test(column.trim()) || /[._/]train[._/]/i.test(column);
}

/**
 * Chooses the score among columns with numbers. Without a choice it is the accuracy if there is one, or else the only known
 * score.
 *
 * @param source for messages.
 * @throws InputError `E_COLUMN` for a choice that is no column; `E_CONFIG` where a choice is needed.
 */
export function chooseScore(columns: readonly string[], choices: ScoreChoices, source: string): ChosenScore {
  const { metric, better } = choices;
  const column = metric === undefined ? onlyKnown(columns, source) : columnOf(columns, metric, source);
  const found = knownMetric(column);
  if (better === undefined && found !== undefined) return { column, metric: found };
  if (better === undefined) {
    const rule = `--higher or --lower is needed, since it is not known which side of ${column} is better`;
    const problems = [rule, ...marginProblem(`higher:${endOf(column)}`, choices)];
    throw new InputError("E_CONFIG", problems.join("\n"));
  }
  const agrees = found !== undefined && metricOf(found).sign > 0 === (better === "higher");
  return { column, metric: agrees ? found : `${better}:${endOf(column)}` };
}

/** Asks for a margin where one is needed and the score has no default; else nothing. */
export function marginProblem(metric: MetricName, { needsMargin = false }: ScoreChoices): string[] {
  const { defaultMargin, noun } = metricOf(metric);
  if (!needsMargin || !Number.isNaN(defaultMargin)) return [];
  return [`--margin is needed, in the unit of ${noun}, such as --margin 0.01`];
}

function columnOf(columns: readonly string[], metric: string, source: string): string {
  const exact = columns.filter((column) => column.trim() === metric);
  const byEnd = columns.filter((column) => endOf(column) === endOf(metric));
  const byMeaning = columns.filter((column) => !isOfTraining(column) && knownMetric(column) === metric);
  const [first, ...more] = [exact, byEnd, byMeaning].find(({ length }) => length > 0) ?? [];
  if (first !== undefined && more.length === 0) return first;
  const got = first === undefined ? `none of ${listed(columns)}` : [first, ...more].join(" and ");
  throw new InputError("E_COLUMN", `${source} must have one column ${metric}, got ${got}`);
}

function onlyKnown(columns: readonly string[], source: string): string {
  const candidates = columns.filter((column) => !isOfTraining(column) && knownMetric(column) !== undefined);
  const preferred = candidates.filter((column) => knownMetric(column) === metricOf().name);
  const [only, ...more] = preferred.length > 0 ? preferred : candidates;
  if (only !== undefined && more.length === 0) return only;
  const choices = listed(only === undefined ? columns : [only, ...more]);
  const rule = "--metric must name the column of the score";
  throw new InputError("E_CONFIG", `${rule} in ${source}, one of ${choices || "its columns"}, got none`);
}

function listed(columns: readonly string[]): string {
  const shown = columns.map((column) => column.trim());
  return shown.length > 12
    ? `${shown.slice(0, 12).join(", ")} and ${shown.length - 12} more`
    : shown.join(", ");
}
