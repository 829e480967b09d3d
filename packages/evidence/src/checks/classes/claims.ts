import { wholeNumber } from "@lorank/core";
import { type ClaimIn, claimsWith } from "../../claims/claim.ts";
import type { ExampleClasses } from "../../schema/check-types.ts";
import { type MetricName, metricOf } from "../../schema/metric.ts";
import type { CheckClaims } from "../check-claims.ts";

export interface ClassesBodies {
  evidence: {
    classes: ExampleClasses & { examples: number; metric: MetricName };
  };
}

export type ClassesClaim = ClaimIn<ClassesBodies>;

const claim = claimsWith<ClassesBodies>();

export const classes: CheckClaims<ClassesBodies> = {
  onRuns({ examples, metric, classes: found }) {
    return found === undefined ? [] : [claim.evidence("classes", { examples, metric, ...found })];
  },
  words: {
    classes({ examples, metric, count, rarest, positive }) {
      const { title, set } = metricOf(metric);
      const of = `of ${wholeNumber(examples)} examples`;
      const name = (one: { readonly name?: string }): string =>
        one.name === undefined ? "class number 1" : `the class ${one.name}`;
      if (positive !== undefined)
        return `${title} takes ${name(positive)} as positive: ${wholeNumber(positive.examples)} ${of}. Intervals count the rarer class, ${wholeNumber(rarest.examples)}.`;
      if (set?.ofTasks)
        return `Each of ${count} tasks counts alike; the smallest, ${rarest.name}, has ${wholeNumber(rarest.examples)} ${of}, and intervals count those.`;
      const least = rarest.name === undefined ? "the rarest" : `the rarest, ${rarest.name},`;
      return `${title} is over ${count} classes ${of}; ${least} has ${wholeNumber(rarest.examples)}, and intervals count those.`;
    },
  },
};
