import { counted } from "@lorank/core";
import { plural } from "../../claims/amounts.ts";
import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { Compared } from "../../claims/compared-types.ts";
import type { CollapsedRun } from "../../schema/check-types.ts";
import { figure, type MetricName, metricOf } from "../../schema/metric.ts";
import { isBehindPrior, tellsRanksApart } from "../../schema/rank-to-use.ts";
import type { CheckClaims } from "../check-claims.ts";
import { answerInWords, answerNow, answerWithout, type NamedAnswer } from "../named-answer.ts";

export interface CollapsedBodies {
  caution: {
    /** Runs far below their rank's other seeds; answers with and without them. */
    collapsed: {
      metric: MetricName;
      runs: readonly CollapsedRun[];
      now: NamedAnswer;
      without?: NamedAnswer;
    };
  };
}

export type CollapsedClaim = ClaimIn<CollapsedBodies>;

const claim = claimsWith<CollapsedBodies>();

/** Claims on collapsed runs. Ranks whose runs mostly fail are stuck: see convergence. */
export const collapsed: CheckClaims<CollapsedBodies> = {
  limitSigns: ["collapsed"],
  onRuns(decision) {
    const { metric, collapsed: runs, withoutCollapsed } = decision;
    if (runs === undefined) return [];
    const now = answerNow(decision);
    const tells = now.is !== "none" || (tellsRanksApart(decision) && !isBehindPrior(decision));
    const without = tells && withoutCollapsed ? answerWithout(withoutCollapsed) : undefined;
    return [claim.caution("collapsed", { metric, runs, now, ...(without ? { without } : {}) })];
  },
  words: {
    collapsed({ metric, runs, now, without }, compared) {
      const shown = runs.slice(0, 3).map((run) => runInWords(run, metric, compared));
      const more = runs.length > 3 ? [`${counted(runs.length - 3, "more run")} fell behind so, too.`] : [];
      if (now.is === "none" && (without === undefined || without.is === "none"))
        return [...shown, ...more].join(" ");
      const them = plural(runs, "it", "them");
      const answer = without && answerInWords(without, compared);
      const change =
        answer === undefined
          ? `Too few seeds are left to decide without ${them}.`
          : answer === answerInWords(now, compared)
            ? `Without ${them} the answer is the same: ${answer}.`
            : `Without ${them}: ${answer}.`;
      return [...shown, ...more, change].join(" ");
    },
  },
};

function runInWords(
  { rank, seed, score, others }: CollapsedRun,
  metric: MetricName,
  { name }: Compared,
): string {
  const by = metricOf(metric);
  const [least, most] = [...new Set(others.map((other) => figure(other, by)))];
  const between = most === undefined ? least : `${least} to ${most}`;
  const [run, rest] = seed === undefined ? ["A run", "other runs"] : [`Seed ${seed}`, "other seeds"];
  return `${run} of ${name(rank)} scored ${figure(score, by)}${by.suffix}, its ${rest} ${between}${by.suffix}.`;
}
