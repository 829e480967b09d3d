import { counted, plural } from "../../claims/amounts.ts";
import type { NamedAnswer } from "../../claims/check-claims.ts";
import { claim, type Words } from "../../claims/claim.ts";
import type { CollapsedRun } from "../../schema/check-types.ts";
import type { Decided, VerdictWithout } from "../../schema/decision-types.ts";
import { figure, type MetricName, metricOf } from "../../schema/metric.ts";
import { betOf, provenRank } from "../../schema/rank-to-use.ts";
import type { CheckRow } from "../check-claims.ts";

/** Claims on runs far below their rank's other seeds. Ranks of which most runs failed are stuck: convergence. */
export const collapsed: CheckRow = {
  onRuns(decision) {
    const { metric, collapsed: runs, withoutCollapsed } = decision;
    if (runs === undefined) return [];
    const now = answerNow(decision);
    const without = withoutCollapsed && answerWithout(withoutCollapsed);
    return [claim.caution("collapsed", { metric, runs, now, ...(without ? { without } : {}) })];
  },
};

/** The answer of a decision by its own metric, on all runs. */
function answerNow(decision: Decided): NamedAnswer {
  return answerOf(decision, provenRank(decision), betOf(decision)?.rank);
}

function answerWithout(verdict: VerdictWithout): NamedAnswer {
  return answerOf(verdict, verdict.certifiedRank, verdict.bestBet?.rank);
}

function answerOf(
  { rank }: Pick<Decided, "rank">,
  proven: number | null,
  bet: number | undefined,
): NamedAnswer {
  if (rank !== null) return { rank, is: "recommended" };
  if (proven !== null) return { rank: proven, is: "proven" };
  return bet === undefined ? { is: "none" } : { rank: bet, is: "best-bet" };
}

export const collapsedWords: Words<"collapsed"> = {
  collapsed({ metric, runs, now, without }) {
    const shown = runs.slice(0, 3).map((run) => runInWords(run, metric));
    const more = runs.length > 3 ? [`${counted(runs.length - 3, "more run")} fell behind so, too.`] : [];
    if (now.is === "none") return [...shown, ...more].join(" ");
    const them = plural(runs, "it", "them");
    const answer = without && answerInWords(without);
    const change =
      answer === undefined
        ? `Too few seeds are left to decide without ${them}.`
        : answer === answerInWords(now)
          ? `Without ${them} the answer is the same: ${answer}.`
          : `Without ${them}: ${answer}.`;
    return [...shown, ...more, change].join(" ");
  },
};

function runInWords({ rank, seed, score, others }: CollapsedRun, metric: MetricName): string {
  const by = metricOf(metric);
  const [least, most] = [...new Set(others.map((other) => figure(other, by)))];
  const between = most === undefined ? least : `${least} to ${most}`;
  const [run, rest] = seed === undefined ? ["A run", "other runs"] : [`Seed ${seed}`, "other seeds"];
  return `${run} of rank ${rank} scored ${figure(score, by)}${by.suffix}, its ${rest} ${between}${by.suffix}.`;
}

function answerInWords({ rank, is }: NamedAnswer): string {
  switch (is) {
    case "recommended":
      return `rank ${rank} is recommended`;
    case "proven":
      return `rank ${rank} is enough`;
    case "best-bet":
      return `no rank is recommended, and rank ${rank} is the best bet`;
    case "none":
      return "no rank is recommended";
  }
}

/** Claims on the log loss beside generated answers. */
export const otherMetric: CheckRow = {
  onRuns(decision) {
    const { byLogLoss } = decision;
    if (byLogLoss === undefined) return [];
    return [
      claim.evidence("other-metric", { now: answerNow(decision), byLogLoss: answerWithout(byLogLoss) }),
    ];
  },
};

export const otherMetricWords: Words<"other-metric"> = {
  "other-metric"({ now, byLogLoss }) {
    const answer = answerInWords(byLogLoss);
    if (now.rank === byLogLoss.rank && now.is === byLogLoss.is)
      return `By the log loss of the responses the answer is the same: ${answer}.`;
    return `By the log loss of the responses: ${answer}. The verdict rests on the generated answers.`;
  },
};
