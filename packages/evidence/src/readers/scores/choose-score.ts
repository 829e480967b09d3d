import { InputError } from "@lorank/core";
import { endOf, placesLike } from "@lorank/tables";
import { isOfTraining } from "../../columns/shapes.ts";
import { metricOf, metrics } from "../../schema/metric.ts";
import type { MetricName } from "../../schema/types.ts";
import { andList, type OutcomeChoices } from "../rows/row-choices.ts";
import { bestColumn } from "./best-column.ts";

/** Choice of the score by which runs are compared. */
export interface ScoreChoices extends Pick<OutcomeChoices, "task" | "filter"> {
  /** Column, or the name's end behind `/` or `.`; or a metric. Default: the only known score. */
  readonly metric?: string | undefined;
  /** Better side, required for an unknown score. */
  readonly better?: "higher" | "lower" | undefined;
  /** True to refuse a score without a default margin. Default: false. */
  readonly needsMargin?: boolean | undefined;
}

export interface ChosenScore {
  readonly column: string;
  readonly metric: MetricName;
}

/** Score names beyond the known metrics, by better side. */
const sides = {
  higher:
    /^(f1.*|exact_match|em|rouge.*|bleu|mcc|matthews_correlation|auc|auroc|precision|recall|pass@\d+|win_rate|reward|spearmanr?|pearson)$/,
  lower: /^(perplexity|ppl|wer|cer|mse|mae|rmse|error|error_rate)$/,
} as const;

function knownMetric(column: string): MetricName | undefined {
  const end = endOf(column).replace(/,.*$/, "");
  const name = end.replace(/^(best|final|last)_/, "").replace(/^(eval|val|valid|validation|test|dev)_/, "");
  const known = Object.values(metrics).find(({ knownAs }) => knownAs.includes(name));
  if (known !== undefined) return known.name;
  return sides.higher.test(name) ? `higher:${end}` : sides.lower.test(name) ? `lower:${end}` : undefined;
}

/** Tells whether a column's name is a known score's. */
export function isKnownScore(column: string): boolean {
  return !isOfTraining(column) && knownMetric(column) !== undefined;
}

/** Tells whether a score lies from 0 to 1 and is often written in percent. */
export function isShareLike(metric: MetricName): boolean {
  return (
    sides.higher.test(metric.replace(/^higher:(eval|val|valid|validation|test|dev)?_?/, "")) &&
    !metric.endsWith("reward")
  );
}

/** Note on an evaluation's other scores and the flag that chooses. */
export function otherScores(where: string, columns: readonly string[], chosen: string): string[] {
  const ofBest = bestColumn(columns, chosen);
  const others = columns
    .filter((column) => column !== chosen && column !== ofBest && isKnownScore(column))
    .map((column) => column.trim());
  if (others.length === 0) return [];
  const name = /\s/.test(others[0]!) ? `"${others[0]}"` : others[0];
  return [`The ${where} also has ${andList(others)}; --metric ${name} judges by it.`];
}

/**
 * Chooses the score; without a choice accuracy, or else the only known score.
 *
 * @throws InputError `E_COLUMN` for an unknown column; `E_CONFIG` if a choice is needed.
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

/** Requests a margin if the score has no default. */
export function marginProblem(metric: MetricName, { needsMargin = false }: ScoreChoices): string[] {
  const { defaultMargin, noun } = metricOf(metric);
  if (!needsMargin || !Number.isNaN(defaultMargin)) return [];
  return [`--margin is needed, in the unit of ${noun}, such as --margin 0.01`];
}

function columnOf(columns: readonly string[], metric: string, source: string): string {
  const byName = placesLike(columns, [metric], ["written", "end"]).map((place) => columns[place]!);
  const byMeaning = columns.filter((column) => !isOfTraining(column) && knownMetric(column) === metric);
  const [first, ...more] = byName.length > 0 ? byName : byMeaning;
  if (first !== undefined && more.length === 0) return first;
  const got = first === undefined ? `none of ${namesInWords(columns)}` : [first, ...more].join(" and ");
  throw new InputError("E_COLUMN", `${source} must have one column ${metric}, got ${got}`);
}

function onlyKnown(columns: readonly string[], source: string): string {
  const known = columns.filter(isKnownScore);
  // Last scores are judged, where the best on the way stand beside them.
  const ofBest = known.map((column) => bestColumn(known, column));
  const candidates = known.filter((column) => !ofBest.includes(column));
  const preferred = candidates.filter((column) => knownMetric(column) === metricOf().name);
  const [only, ...more] = preferred.length > 0 ? preferred : candidates;
  if (only !== undefined && more.length === 0) return only;
  const choices = namesInWords(only === undefined ? columns : [only, ...more]);
  const rule = "--metric must name the column of the score";
  throw new InputError("E_CONFIG", `${rule} in ${source}, one of ${choices || "its columns"}, got none`);
}

function namesInWords(columns: readonly string[]): string {
  return andList(
    columns.map((column) => column.trim()),
    12,
  );
}
