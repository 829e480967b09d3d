import { counted } from "@lorank/core";
import type { FailureCause } from "../schema/decision-facts.ts";
import type { LeftOutRun } from "../schema/decision-types.ts";
import type { MetricName } from "../schema/metric.ts";
import type { Reasons } from "./claim.ts";
import type { Compared } from "./compared-types.ts";

export const failureWords: Readonly<Record<LeftOutRun["status"], string>> = {
  diverged: "diverged",
  "out-of-memory": "ran out of memory",
  failed: "failed",
  missing: "has no outcomes",
};

export const failureReasons: Reasons<FailureCause["kind"]> = {
  failed({ runs, completed, statuses, reasons = [] }) {
    const isMissing = statuses.every((status) => status === "missing");
    if (isMissing)
      return `it has outcomes under ${completed === 0 ? "none" : `only ${completed}`} of the ${counted(runs, "seed")}`;
    const [first, ...more] = reasons;
    const why = first === undefined ? "" : `: ${first}${more.length > 0 ? ", among others" : ""}`;
    const others = statuses.filter((status) => status !== "failed").map((status) => failureWords[status]);
    const kinds = [...others, ...(statuses.includes("failed") ? [failureWords.failed + why] : [])].join(
      " or ",
    );
    return completed === 0
      ? `none of its ${runs} ${runs === 1 ? "run" : "runs"} completed (${kinds})`
      : `only ${completed} of its ${runs} runs completed (${kinds}), fewer than half`;
  },
  "no-shared-seed": (_, __, { many }) => `no seed that the other ${many} completed was completed by this one`,
  "one-run": (_, __, { one }) => `it has one run, which cannot show how much the ${one} varies`,
};

export function failureReason<Kind extends FailureCause["kind"]>(
  cause: Extract<FailureCause, { readonly kind: Kind }>,
  metric: MetricName,
  compared: Compared,
): string {
  return failureReasons[cause.kind as Kind](cause, metric, compared);
}
