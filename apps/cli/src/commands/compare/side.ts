import { existsSync } from "node:fs";
import { InputError } from "@lorank/core";
import { decideResults, decideScores } from "@lorank/evidence";
import type { SideRuns } from "@lorank/evidence/compare";
import { outcomesFromTrials } from "@lorank/evidence/methods";
import { metricNames } from "@lorank/evidence/names";
import {
  type Decision,
  type Metric,
  type MetricName,
  metricOf,
  type Results,
} from "@lorank/evidence/results";
import type { Messages } from "../../output.ts";
import { type EvidenceOptions, filesOf, judgeRuns, sweepOptions } from "../../results/evidence.ts";
import { readResults } from "../../results/read-results.ts";

/** Result as it was read: its runs, and the decision on them alone. */
export interface ReadSide {
  /** Path or list of scores, as typed. */
  readonly path: string;
  readonly runs: SideRuns;
  readonly decision: Decision;
  /** Files that were read; `-` is standard input, and a list of scores has none. */
  readonly files: readonly string[];
  /** Results of a sweep; absent for tables and scores. */
  readonly results?: Results;
  /** Names of a table's examples, in the order of a run's outcomes. */
  readonly exampleNames?: readonly string[];
  /** True for scores typed as a list, which have no rank. */
  readonly isScoreList?: true;
}

export interface SideOptions extends EvidenceOptions {
  /** True if the scores of two lists share seeds, by their places. */
  readonly paired?: boolean | undefined;
}

/** True for a list of scores, however written: a part is a number, and no file has this name. */
export function isScoreList(path: string): boolean {
  const isOfNumbers = /\d/.test(path) && /^[\d\s.,;%[\]()]+$/.test(path);
  return (isOfNumbers || path.split(",").some(isNumber)) && !existsSync(path);
}

const isNumber = (text: string): boolean => text.trim() !== "" && Number.isFinite(Number(text));

/** Reads a sweep or a table. Throws as `judgeRuns`, `readResults` and the decisions. */
export async function readSide(
  path: string,
  settings: EvidenceOptions,
  output: Messages,
  stdin?: AsyncIterable<Uint8Array>,
): Promise<ReadSide> {
  const judged = await judgeRuns([path], settings, output, { withNames: true, ...(stdin && { stdin }) });
  if (judged === undefined) {
    const { results, file } = readResults(path);
    const { trials, failures, data } = results;
    if (trials.length === 0)
      throw new InputError("E_COMPARE", `${path} must have runs that can be compared, got none`);
    const outcomes = outcomesFromTrials(trials, data.validationGroups, failures, results.sweep);
    const decision = decideResults(results, sweepOptions(settings));
    return { path, files: [file], runs: { kind: "outcomes", ...outcomes }, decision, results };
  }
  const { read, decision } = judged;
  const exampleNames = read.kind === "outcomes" ? read.exampleNames : undefined;
  const files = filesOf(read, [path]);
  return { path, files, runs: read, decision, ...(exampleNames === undefined ? {} : { exampleNames }) };
}

/** Rank of runs that are known by scores alone. */
const onlyRank = 1;

/** Reads a list of scores, by the other result's metric, margin and confidence where no flag names them. */
export function sideOfScores(
  path: string,
  { metric, higher, lower, margin, confidence, paired = false }: SideOptions,
  other?: Decision,
): ReadSide {
  if (higher && lower) throw new InputError("E_CONFIG", "--higher and --lower exclude each other, got both");
  const side = lower ? "lower" : "higher";
  const isNamed = metric !== undefined || higher || lower;
  const name: MetricName = isNamed ? knownOr(metric ?? "score", side) : (other?.metric ?? "accuracy");
  const by = metricOf(name);
  const chosen = {
    ...(other && { margin: other.margin, confidence: other.confidence }),
    ...(margin === undefined ? {} : { margin }),
    ...(confidence === undefined ? {} : { confidence }),
  };
  if (Number.isNaN(by.defaultMargin) && chosen.margin === undefined)
    throw new InputError("E_CONFIG", `--margin is needed, in the unit of ${by.noun}, such as --margin 0.01`);
  const runs = path.split(",").map((text, index) => {
    if (!isNumber(text))
      throw new InputError(
        "E_CONFIG",
        `${path} must be scores separated by commas, such as 0.81,0.83, got ${text.trim() === "" ? "an empty one" : text}`,
      );
    return { rank: onlyRank, score: scoreOf(text, path, by), ...(paired ? { seed: index } : {}) };
  });
  const decision = decideScores({ runs }, { ...chosen, metric: name });
  return { path, files: [], runs: { kind: "scores", runs }, decision, isScoreList: true };
}

/** @throws InputError `E_CONFIG` for a score out of the metric's range, such as a percentage. */
function scoreOf(text: string, path: string, { range: [least, most], noun }: Metric): number {
  const score = Number(text);
  if (score >= least && score <= most) return score;
  const rule = most === Infinity ? `at least ${least}` : `from ${least} to ${most}`;
  const help = most === 1 && score > 1 ? "\nPercentages are written as shares: 84.1 % is 0.841." : "";
  throw new InputError("E_CONFIG", `${path} must be ${noun} ${rule}, got ${text}${help}`);
}

/** Metric of scores; those of all examples together have no margin of their own where examples are unknown. */
function knownOr(metric: string, side: "higher" | "lower"): MetricName {
  const known = metricNames.find((name) => name === metric && metricOf(name).set === undefined);
  return known ?? `${side}:${metric}`;
}
