import { type OutcomeTable, outcomeTable } from "../decide/outcomes.ts";
import { leftOutOf, outcomesOf, without } from "../schema/scores.ts";
import type { TestScore, TestSet } from "../schema/types.ts";

/** Outcomes of a sweep's test runs, by example. */
export function testOutcomes({ runs }: TestScore, { groups, examples }: TestSet): OutcomeTable {
  const leftOut = leftOutOf(runs.map(({ evaluation }) => evaluation));
  const ofGroups = groups === undefined ? {} : { groups: without(leftOut, groups) };
  const cells = runs.map(({ rank, seed, evaluation }) => ({
    ...{ rank, seed, ...outcomesOf(evaluation, leftOut) },
    ...ofGroups,
  }));
  return outcomeTable(cells, [], examples - leftOut.size);
}
