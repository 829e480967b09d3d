import { dataClaims } from "../checks/checks.ts";
import { type Claim, claim } from "../claim.ts";
import { rankRows } from "../facts/rank-rows.ts";
import { rankToUse } from "../facts/rank-to-use.ts";
import { stepGrowth } from "../facts/step-growth.ts";
import { defaultMetric, metrics } from "../metric.ts";
import { meanAndInterval, scoreIn } from "../scores.ts";
import type { ModelSummary, Results } from "../types.ts";

/** Members of a sweep's results from which claims are made. */
export type ClaimInputs = Pick<Results, "decision" | "trials" | "sweep" | "test"> & {
  readonly data: Pick<Results["data"], "test" | "overlap">;
  readonly model?: Pick<ModelSummary, "name">;
};

/** Name of the small model in the package, as recorded in results. */
const starter = "starter";

/** Makes claims on the runs of a sweep and its test examples. */
export function sweepClaims(results: ClaimInputs): Claim[] {
  const growth = stepGrowth(results.trials);
  const isOfStarter = results.model?.name === starter && rankToUse(results.decision) !== null;
  return [
    ...(isOfStarter ? [claim.caution("starter-alone", {})] : []),
    ...dataClaims(results),
    ...failedRuns(results),
    ...(growth ? [claim.caution("step-size", growth)] : []),
    ...testClaims(results),
  ];
}

function failedRuns(results: ClaimInputs): Claim[] {
  const rows = rankRows(results);
  const failed = rows.flatMap((row) => row.failed);
  const missing = rows.flatMap((row) => row.missingSeeds).length;
  if (failed.length + missing === 0) return [];
  const completed = rows.reduce((sum, row) => sum + row.completed.length, 0);
  return [
    claim.caution("failed-runs", {
      planned: failed.length + missing + completed,
      diverged: failed.filter(({ status }) => status === "diverged").length,
      outOfMemory: failed.filter(({ status }) => status === "out-of-memory").length,
      missing,
      ranks: rows.filter((row) => row.failed.length + row.missingSeeds.length > 0).map(({ rank }) => rank),
      seeds: results.decision.seeds,
    }),
  ];
}

/** Empty without test examples. */
function testClaims({ data, decision, test }: ClaimInputs): Claim[] {
  if (data.test === undefined) return [];
  const { examples } = data.test;
  const { rank } = decision;
  if (test === undefined || test.rank !== rank) {
    return [
      claim.evidence("no-test-score", {
        examples,
        rank,
        ...(test === undefined ? {} : { scored: test.rank }),
      }),
    ];
  }
  const { seeds, validation, otherRanks = [] } = test;
  // A score from a decision on another metric may lack this one.
  const metric = scoreIn(test, metrics[decision.metric]) === undefined ? defaultMetric : decision.metric;
  const by = (score: typeof validation) => meanAndInterval(score, metrics[metric])!;
  const scores = { score: by(test), validation: by(validation) };
  return [claim.evidence("test-score", { rank, seeds, examples, metric, ...scores, otherRanks })];
}
