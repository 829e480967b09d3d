/** Names for a command's help, loaded without statistics or words. */
import { metricNames, metricOf } from "./schema/metric.ts";

export { methodNames } from "./schema/method-types.ts";
export { metricNames } from "./schema/metric.ts";

const userMetrics = metricNames.map((name) => metricOf(name));

/** Default margins, as in `0.01 of accuracy, F1; 0.02 of log loss`. */
export const defaultMargins: string = [...new Set(userMetrics.map(({ defaultMargin }) => defaultMargin))]
  .map((margin) => {
    const own = userMetrics.filter(({ defaultMargin }) => defaultMargin === margin);
    return `${margin} of ${own.map(({ noun }) => noun).join(", ")}`;
  })
  .join("; ");
