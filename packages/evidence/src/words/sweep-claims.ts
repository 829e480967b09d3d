import { dataClaims } from "../checks/claims.ts";
import { aboveBase, longerThan } from "../checks/class-prior/above-untrained.ts";
import type { ClassPriorBodies } from "../checks/class-prior/words.ts";
import { type ClaimOf, claimsWith } from "../claims/claim.ts";
import { armNumber } from "../schema/arm-axis.ts";
import { defaultMetric, metricOf, metricsBeside } from "../schema/metric.ts";
import { betOf, isBehindPrior, namedRank, rankToUse, tellsRanksApart } from "../schema/rank-to-use.ts";
import { leftOutOf, meanAndInterval, scoreIn, scoreOf } from "../schema/scores.ts";
import type { ModelSummary, Results, TrialResult } from "../schema/types.ts";
import type { Claim } from "./claim.ts";
import { type RankRow, rankRows } from "./rank-rows.ts";

const claim = claimsWith<ClassPriorBodies>();

export type ClaimInputs = Pick<
  Results,
  "decision" | "trials" | "untouchedBase" | "otherRates" | "sweep" | "test"
> & {
  readonly data: Pick<Results["data"], "test" | "overlap" | "sharedSources">;
  readonly model?: Pick<ModelSummary, "name">;
};

/** Small model's package name, as recorded in results. */
const starter = "starter";

export function sweepClaims(results: ClaimInputs): Claim[] {
  const growth = results.decision.axis === undefined ? stepGrowth(results.trials) : undefined;
  const leftOut = leftOutOf(results.trials.map(({ evaluation }) => evaluation)).size;
  const isOfStarter = results.model?.name === starter && rankToUse(results.decision) !== null;
  return [
    ...(isOfStarter ? [claim.caution("starter-alone", {})] : []),
    ...dataClaims(results),
    ...failedRuns(results),
    ...shortRuns(results),
    ...(growth ? [claim.caution("step-size", growth)] : []),
    ...rateClaims(results),
    ...baseClaims(results),
    ...testClaims(results),
    ...(leftOut > 0 ? [claim.basis("left-out-examples", { examples: leftOut })] : []),
  ];
}

/** Adapters' gain over the base, or loss. Empty if the base was not evaluated, and without a rank. */
function baseClaims({ decision, untouchedBase }: ClaimInputs): Claim[] {
  const { metric, margin } = decision;
  const rank = namedRank(decision);
  const summary = decision.ranks.find((one) => one.rank === rank);
  if (untouchedBase === undefined || summary === undefined) return [];
  const others = metricsBeside(metric).filter(({ name }) => name !== metric);
  const scores = [metricOf(metric), ...others].flatMap((by) => {
    const [base, own] = [scoreOf(untouchedBase, by), scoreIn(summary, by)];
    return base === undefined || own === undefined ? [] : [{ metric: by.name, base, rank: own }];
  });
  const worse = aboveBase({ decision, untouchedBase });
  return [
    claim.evidence("untouched-base", { rank: summary.rank, scores, margin }),
    ...(worse === undefined ? [] : [claim.caution("above-untrained", worse)]),
  ];
}

/** Seconds for another seed over all compared ranks, run side by side as in the sweep. */
export function secondsPerSeed(results: ClaimInputs): number {
  const seconds = rankRows(results).flatMap(({ summary, costs }) =>
    summary ? [costs?.secondsPerTrial ?? 0] : [],
  );
  return seconds.reduce((sum, one) => sum + one, 0) / Math.min(results.sweep.trialsAtOnce, seconds.length);
}

function rateClaims({ decision, trials, otherRates, sweep }: ClaimInputs): Claim[] {
  const rates = new Set(trials.map(({ spec }) => spec.optimizer.learningRate));
  const [rate] = rates;
  const isTuned = sweep.search?.learningRate !== undefined || otherRates !== undefined;
  const compared = decision.ranks.filter(({ rank }) => rank > 0);
  if (rate === undefined || rates.size > 1 || isTuned || compared.length < 2) return [];
  if (rankToUse(decision) === null && betOf(decision) === undefined) return [];
  const next = decision.axis === undefined ? [claim.next("try-rates", {})] : [];
  return [claim.evidence("one-rate", { rate }), ...next];
}

function failedRuns(results: ClaimInputs): Claim[] {
  const rows = rankRows(results);
  const failed = rows.flatMap((row) => row.failed);
  const missing = rows.flatMap((row) => row.missingSeeds).length;
  if (failed.length + missing === 0) return [];
  const completed = rows.reduce((sum, row) => sum + row.completed.length, 0);
  const ranksWith = (isSo: (row: RankRow) => boolean) => rows.filter(isSo).map(({ rank }) => rank);
  const lacking = ranksWith((row) => row.failed.some(({ status }) => status === "out-of-memory"));
  return [
    claim.caution("failed-runs", {
      planned: failed.length + missing + completed,
      diverged: failed.filter(({ status }) => status === "diverged").length,
      outOfMemory: failed.filter(({ status }) => status === "out-of-memory").length,
      missing,
      ranks: ranksWith((row) => row.failed.length + row.missingSeeds.length > 0),
      seeds: results.decision.seeds,
    }),
    ...(lacking.length > 0 ? [claim.next("retry-out-of-memory", { ranks: lacking })] : []),
    ...missingRuns(rows),
  ];
}

function missingRuns(rows: readonly RankRow[]): Claim[] {
  const lacking = rows.filter(({ missingSeeds }) => missingSeeds.length > 0);
  if (lacking.length === 0) return [];
  const lost = lacking.filter(({ completed, failed }) => completed.length + failed.length === 0);
  const others = rows.filter((row) => !lost.includes(row)).map(({ rank }) => rank);
  const runs = lacking.reduce((sum, { missingSeeds }) => sum + missingSeeds.length, 0);
  return [
    claim.next("run-missing", { ranks: lacking.map(({ rank }) => rank), runs }),
    ...(lost.length > 0 && others.length > 0
      ? [claim.next("leave-out", { ranks: lost.map(({ rank }) => rank), others })]
      : []),
  ];
}

/** Runs too short for the convergence check. Empty if a rank was checked, or if the verdict says so. */
function shortRuns({ decision, trials }: ClaimInputs): Claim[] {
  const { convergence = [], ranks, axis } = decision;
  if (convergence.length > 0 || isBehindPrior(decision) || !tellsRanksApart(decision)) return [];
  const compared = trials.filter(
    ({ spec, status }) => status === "completed" && ranks.some(({ rank }) => rank === armNumber(spec, axis)),
  );
  const budgets = compared.map(({ spec }) => spec.optimizer.epochs);
  const steps = Math.min(...compared.map(({ lossCurve }) => lossCurve.length));
  const isLogged = compared.every(
    ({ lossCurve, steps }) =>
      lossCurve.length === steps && lossCurve.every(({ learningRate }) => learningRate !== undefined),
  );
  const areKnown = budgets.length > 0 && budgets.every((epochs) => epochs !== undefined);
  if (!areKnown || !isLogged) return [];
  return [
    claim.caution("few-steps", { steps }),
    claim.next("train-longer", { ...longerThan(budgets), maySpeedDiffer: false }),
  ];
}

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
  const { seeds, validation, otherRanks = [], formerArms } = test;
  // Decisions on another metric may have left this score out.
  const metric = scoreIn(test, metricOf(decision.metric)) === undefined ? defaultMetric : decision.metric;
  const by = (score: typeof validation) => meanAndInterval(score, metricOf(metric))!;
  const scores = { score: by(test), validation: by(validation) };
  const others = { otherRanks, ...(formerArms === undefined ? {} : { formerArms }) };
  return [claim.evidence("test-score", { rank, seeds, examples, metric, ...scores, ...others })];
}

/** Growth of the first update with the rank, if ranks do not all take the same step. */
export type StepGrowth = Omit<ClaimOf<"step-size">, "kind" | "topic">;

/**
 * Growth of the first step; undefined if all ranks take the same step, or alpha is unknown.
 *
 * B starts at zero, so AdamW's first step sets each element to ± the learning rate. Then scaling · B · A adds up `rank`
 * terms that point down the slope. The update is proportional to scaling · rank: alpha under alpha / rank, alpha ·
 * √rank under rsLoRA.
 */
export function stepGrowth(trials: readonly TrialResult[]): StepGrowth | undefined {
  const byRank = new Map(trials.map(({ spec: { lora } }) => [lora.rank, lora]));
  byRank.delete(0); // no adapter, so its alpha means nothing
  const loras = [...byRank.values()]
    .flatMap(({ rank, alpha, scalingRule = "lora" }) =>
      alpha === undefined ? [] : [{ rank, alpha, scalingRule }],
    )
    .sort((a, b) => a.rank - b.rank);
  const [first, last] = [loras[0], loras.at(-1)];
  if (first === undefined || last === undefined || first === last) return undefined;
  const sizes = loras.map(({ rank, alpha, scalingRule }) =>
    scalingRule === "rslora" ? alpha * Math.sqrt(rank) : alpha,
  );
  if (sizes.every((size) => isNear(size, sizes[0]!))) return undefined;
  const ends = { smallest: first.rank, largest: last.rank, ratio: sizes.at(-1)! / sizes[0]! };
  const perRank = first.alpha / first.rank;
  if (loras.every(({ rank, alpha }) => isNear(alpha / rank, perRank)))
    return { rule: "alpha-follows-rank", alphaPerRank: perRank, ...ends };
  const isRslora = loras.every(
    ({ scalingRule, alpha }) => scalingRule === "rslora" && isNear(alpha, first.alpha),
  );
  return { rule: isRslora ? "rslora" : "other", ...ends };
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-6 * Math.max(Math.abs(a), Math.abs(b));
}
