import type { PairedDesign } from "../../decide/paired-design.ts";
import type { DecideSettings } from "../../decide/settings.ts";
import { armNumber } from "../../schema/arm-axis.ts";
import type { RankFall } from "../../schema/checks/points.ts";
import type { DecisionFacts } from "../../schema/decision-facts.ts";
import { bestOf, type Metric, metricOf } from "../../schema/metric.ts";
import { metricValues, scoreOf } from "../../schema/scores.ts";
import type { CheckMembers } from "../../schema/types.ts";
import { mean } from "../../statistics/averages.ts";
import type { CheckInputs, Find } from "../find.ts";
import { fallsOf, type RunEnds } from "./fell.ts";
import { pointsOnExamples } from "./on-examples.ts";
import { bestAndLast, pointsOfRuns } from "./on-runs.ts";

/** Finds the best point on the way beside the training's end, and runs that fell. */
export const points: Find = {
  ofRuns: (design, _, settings) => fellIn(endsOf(design, metricOf(settings.metric)), settings),
  ofScores({ design, examples }, settings) {
    const runs = design.cells.flat();
    const ends = runs.flatMap(({ rank, rate, score: last, onTheWay }): RunEnds[] =>
      onTheWay === undefined ? [] : [{ rank, rate, best: onTheWay.best, last, examples }],
    );
    const found = fellIn(ends, settings);
    const members: CheckMembers = {
      ...found.members,
      ...bestAndLast(design),
      ...pointsOfRuns(design, settings),
    };
    return { ...found, members };
  },
  ofDecision(decision, inputs) {
    const found = pointsOnExamples(decision, inputs);
    return { ...(found === undefined ? {} : { points: found }), ...withRates(decision, inputs) };
  },
};

/** Runs that fell, with the learning rates of a sweep's trials. */
function withRates({ fell, axis }: DecisionFacts, { trials }: CheckInputs): CheckMembers {
  if (fell === undefined) return {};
  const ranks = fell.ranks.map((fall): RankFall => {
    const own = trials.filter(({ spec }) => armNumber(spec, axis) === fall.rank);
    const [rate, ...others] = new Set(own.map(({ spec }) => spec.optimizer.learningRate));
    return rate === undefined || others.length > 0 ? fall : { ...fall, rate };
  });
  return { fell: { ...fell, ranks } };
}

/** Finding on runs that fell; it forbids to name a rank if their ends hide which is better. */
function fellIn(ends: readonly RunEnds[], { metric, margin }: DecideSettings) {
  const fell = fallsOf(ends, metric, margin);
  const members: CheckMembers = fell === undefined ? {} : { fell };
  return { members, forbids: fell?.hidesRanks ? (["rank"] as const) : [] };
}

/** Best and last score of each compared run that has points. */
function endsOf({ ranks, cells }: PairedDesign, by: Metric): RunEnds[] {
  return cells.flatMap((runs, r) =>
    runs.flatMap((cell): RunEnds[] => {
      const scores = (cell.points ?? []).flatMap(({ evaluation }) => scoreOf(evaluation, by) ?? []);
      if (scores.length === 0) return [];
      const last = mean(metricValues(cell, by.name));
      return [{ rank: ranks[r]!, best: bestOf([last, ...scores], by), last, examples: cell.correct.length }];
    }),
  );
}
