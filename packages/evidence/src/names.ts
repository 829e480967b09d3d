/** Names for a command's help, which loads neither statistics nor words for them. */
import { allMetrics } from "./results/metric.ts";

export { methodNames } from "./results/method-types.ts";
export { metricNames } from "./results/metric.ts";

/** Margins where none is chosen: `0.01 of accuracy, 0.02 of log loss`. */
export const defaultMargins: string = allMetrics
  .map(({ noun, defaultMargin }) => `${defaultMargin} of ${noun}`)
  .join(", ");
