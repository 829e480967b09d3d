import { armNumber } from "../../schema/arm-axis.ts";
import type { DecisionFacts } from "../../schema/decision-facts.ts";
import { metricOf } from "../../schema/metric.ts";
import { scoreOf } from "../../schema/scores.ts";
import type { TrialResult } from "../../schema/types.ts";
import type { Find } from "../find.ts";
import { fallsOf, type RunEnds } from "./fell.ts";
import { pointsOnExamples } from "./on-examples.ts";

/** Finds the best point on the way beside the training's end, and runs that fell. */
export const points: Find = {
  ofDecision(decision, inputs) {
    const found = pointsOnExamples(decision, inputs);
    const ends = inputs.trials.flatMap((trial) => endsOf(trial, decision));
    const fell = fallsOf(ends, decision.metric, decision.margin);
    return { ...(found === undefined ? {} : { points: found }), ...(fell === undefined ? {} : { fell }) };
  },
};

/** Best and last score of a compared trial; empty without points. */
function endsOf(
  { spec, evaluation, points = [] }: TrialResult,
  { ranks, axis, metric }: DecisionFacts,
): RunEnds[] {
  const by = metricOf(metric);
  const rank = armNumber(spec, axis);
  const last = evaluation && scoreOf(evaluation, by);
  const onTheWay = points.flatMap((point) => scoreOf(point.evaluation, by) ?? []);
  if (evaluation === undefined || last === undefined || onTheWay.length === 0) return [];
  if (!ranks.some((one) => one.rank === rank)) return [];
  const best = by.sign > 0 ? Math.max(last, ...onTheWay) : Math.min(last, ...onTheWay);
  const { learningRate: rate } = spec.optimizer;
  return [{ rank, rate, best, last, examples: evaluation.correct.length }];
}
