/** Names for a command's help, loaded without statistics or words. */
import { metricNames, metricOf } from "./schema/metric.ts";

export { methodNames } from "./schema/method-types.ts";
export { metricNames } from "./schema/metric.ts";

const userMetrics = metricNames.map((name) => metricOf(name));

const usualMargin = metricOf().defaultMargin;

/** Default margins: those that differ from accuracy's, and accuracy's, as in `0.02 of log loss, 0.01 of others`. */
export const defaultMargins: string = [
  ...userMetrics
    .filter(({ defaultMargin }) => defaultMargin !== usualMargin)
    .map(({ defaultMargin, noun }) => `${defaultMargin} of ${noun}`),
  `${usualMargin} of others`,
].join(", ");
