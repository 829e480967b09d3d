import { assertOptions, type OptionNames } from "@lorank/core";
import { leftOutOf, outcomesOf, without } from "../schema/scores.ts";
import type { Decision, Evaluation, RankScore, TestRun, TestScore } from "../schema/types.ts";
import { rankScore } from "./compare.ts";

export interface ScoredRuns extends Pick<Decision, "metric" | "confidence"> {
  readonly runs: readonly TestRun[];
  /** Validation evaluations for the same trials, in the order of `runs`. */
  readonly validation: readonly Evaluation[];
  readonly otherRanks: readonly number[];
  /** Names of arms scored on these examples that are compared no more. Default: none. */
  readonly formerArms?: readonly string[];
  /** Group numbers by example, from 0. Absent if examples are independent. */
  readonly testGroups?: readonly number[] | undefined;
  readonly validationGroups?: readonly number[] | undefined;
}

const scoredNames: OptionNames<ScoredRuns> = {
  metric: true,
  confidence: true,
  runs: true,
  validation: true,
  otherRanks: true,
  formerArms: false,
  testGroups: false,
  validationGroups: false,
};

/** Test score of a rank's runs, with the validation score of the same runs. */
export function testScoreOf(scored: ScoredRuns): TestScore {
  assertOptions(scored, "the runs of testScoreOf", scoredNames);
  const { runs, validation, otherRanks, formerArms = [], ...decision } = scored;
  const { rank, evaluation } = runs[0]!;
  const tests = runs.map((run) => run.evaluation);
  const { testGroups, validationGroups } = decision;
  const scoreOn = (evaluations: readonly Evaluation[], groups: readonly number[] | undefined): RankScore => {
    const leftOut = leftOutOf(evaluations);
    const ofGroups = groups ? { groups: without(leftOut, groups) } : {};
    return rankScore(
      evaluations.map((one) => ({ ...outcomesOf(one, leftOut), ...ofGroups })),
      decision,
    );
  };
  return {
    rank,
    seeds: runs.length,
    examples: evaluation.correct.length - leftOutOf(tests).size,
    confidence: decision.confidence,
    ...scoreOn(tests, testGroups),
    validation: scoreOn(validation, validationGroups),
    ...(otherRanks.length > 0 ? { otherRanks: otherRanks.toSorted((a, b) => a - b) } : {}),
    ...(formerArms.length > 0 ? { formerArms: formerArms.toSorted() } : {}),
    runs: runs.toSorted((a, b) => a.seed - b.seed),
  };
}
