import { InputError } from "@lorank/core";
import { decideResults, decideScores, type SideRuns } from "@lorank/evidence";
import { outcomesFromTrials } from "@lorank/evidence/methods";
import type { Decision, Results } from "@lorank/evidence/results";
import type { Messages } from "../../output.ts";
import { type EvidenceOptions, judgeRuns, sweepOptions } from "../../results/evidence.ts";
import { readResults } from "../../results/read-results.ts";

/** Result as it was read: its runs, and the decision on them alone. */
export interface ReadSide {
  /** Path or list of scores, as typed. */
  readonly path: string;
  readonly runs: SideRuns;
  readonly decision: Decision;
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

const scoreList = /^[+-]?[\d.]+(e[+-]?\d+)?(,\s*[+-]?[\d.]+(e[+-]?\d+)?)*$/i;

/** Reads one of the results to compare. Throws as `judgeRuns`, `readResults` and the decisions. */
export async function readSide(path: string, options: SideOptions, output: Messages): Promise<ReadSide> {
  const { paired = false, ...settings } = options;
  if (scoreList.test(path)) return sideOfScores(path, settings, paired);
  const judged = await judgeRuns([path], settings, output, { withNames: true });
  if (judged === undefined) {
    const { results } = readResults(path);
    const { trials, failures, data } = results;
    const outcomes = outcomesFromTrials(trials, data.validationGroups, failures);
    const decision = decideResults(results, sweepOptions(settings));
    return { path, runs: { kind: "outcomes", ...outcomes }, decision, results };
  }
  const { read, decision } = judged;
  const exampleNames = read.kind === "outcomes" ? read.exampleNames : undefined;
  return { path, runs: read, decision, ...(exampleNames === undefined ? {} : { exampleNames }) };
}

/** Rank of runs that are known by scores alone. */
const onlyRank = 1;

function sideOfScores(
  path: string,
  { metric, higher, lower, margin, confidence }: EvidenceOptions,
  paired: boolean,
): ReadSide {
  const runs = path.split(",").map((text, index) => {
    const score = Number(text);
    if (Number.isFinite(score)) return { rank: onlyRank, score, ...(paired ? { seed: index } : {}) };
    throw new InputError("E_CONFIG", `${path} must be scores separated by commas, got ${text}`);
  });
  const side = lower ? "lower" : "higher";
  const name =
    metric === undefined
      ? higher || lower
        ? (`${side}:score` as const)
        : "accuracy"
      : knownOr(metric, side);
  const settings = {
    ...(margin === undefined ? {} : { margin }),
    ...(confidence === undefined ? {} : { confidence }),
  };
  const decision = decideScores({ runs }, { ...settings, metric: name });
  return { path, runs: { kind: "scores", runs }, decision, isScoreList: true };
}

function knownOr(metric: string, side: "higher" | "lower"): Decision["metric"] {
  return metric === "accuracy" || metric === "log-loss" ? metric : `${side}:${metric}`;
}
