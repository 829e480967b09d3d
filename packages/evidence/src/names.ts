/** Names for a command's help, loaded without statistics or words. */
import { allMetrics } from "./schema/metric.ts";

export { methodNames } from "./schema/method-types.ts";
export { metricNames } from "./schema/metric.ts";

/** Default margins, as in `0.01 of accuracy, F1; 0.02 of log loss`. */
export const defaultMargins: string = [...new Set(allMetrics.map(({ defaultMargin }) => defaultMargin))]
  .map((margin) => {
    const own = allMetrics.filter(({ defaultMargin }) => defaultMargin === margin);
    return `${margin} of ${own.map(({ noun }) => noun).join(", ")}`;
  })
  .join("; ");
