import type { Decision, WeakEvidence } from "./decision-types.ts";
import { metricOf } from "./metric.ts";
import { rankToUse } from "./rank-to-use.ts";
import { meanAndInterval } from "./scores.ts";

/** Seed count below which evidence is weak: two show noise with a single degree of freedom. */
export const fewestSeeds = 3;
/** Example count below which evidence is weak: a mean of right and wrong is not nearly normal. */
const fewestExamples = 100;
/** Group count below which evidence is weak: intervals were checked down to it (packages/evidence/bench/groups.md). */
const fewestGroups = 30;
/** Width of the mean's interval above which evidence is weak, as a share of the metric's range. */
const widestShare = 0.5;

type Supported = Parameters<typeof rankToUse>[0] &
  Pick<Decision, "metric" | "seeds" | "examples" | "groups" | "ranks">;

/**
 * Weak points in the evidence for the rank to use. Claims hold if runs and examples are like those to come, which so
 * few cannot show. 0 examples (run scores) means unknown.
 */
export function weakEvidence(decision: Supported): WeakEvidence | undefined {
  const { metric, seeds, examples, groups, ranks } = decision;
  const named = rankToUse(decision);
  if (named === null) return undefined;
  const by = metricOf(metric);
  const [least, most] = by.range;
  const own = ranks.find(({ rank }) => rank === named);
  const interval = own && meanAndInterval(own, by)?.interval;
  const isWide = interval !== undefined && interval[1] - interval[0] > widestShare * (most - least);
  const weak: WeakEvidence = {
    ...(seeds < fewestSeeds ? { seeds } : {}),
    ...(examples > 0 && examples < fewestExamples ? { examples } : {}),
    ...(groups !== undefined && groups.count < fewestGroups ? { groups: groups.count } : {}),
    ...(isWide ? { interval } : {}),
  };
  return Object.keys(weak).length > 0 ? weak : undefined;
}
