import { courseOf, percent, sharingOf } from "@lorank/core/results";
import { integer, plural } from "../format.ts";
import { decisionMetric } from "../metric.ts";
import type { Reported } from "../reported.ts";

/** How sure the verdict is and what it rests on, as separate facts. */
export function sureness(results: Reported): readonly { readonly term: string; readonly value: string }[] {
  const { decision } = results;
  const metric = decisionMetric(results);
  const { part } = courseOf(decision);
  return [
    { term: "Confidence", value: percent(decision.confidence) },
    {
      term: "Accepted loss (margin)",
      value: `${metric.margin(decision.margin)} of ${metric.title.toLowerCase()}`,
    },
    { term: "Paired seeds", value: integer(decision.seeds) },
    { term: "Validation examples", value: integer(decision.examples) },
    ...(part
      ? [{ term: "Runs", value: `${integer(part.runs)} of the grid's ${integer(part.gridRuns)}` }]
      : []),
  ];
}

/** How the decision made its intervals; that happened before the report. */
export function intervalsInWords(results: Reported): string {
  const { confidence, seeds, examples } = results.decision;
  const sample = `${plural(seeds, "seed")} and ${plural(examples, "validation example")}`;
  const sharing = sharingOf(results.decision);
  const shared = sharing === "" ? "" : ` ${sharing}`;
  const both =
    seeds === 1
      ? `The intervals count the choice of ${plural(examples, "validation example")} as chance; with one seed they cannot count the chance of training.`
      : `The ${sample} are both samples: others would have given other numbers. The intervals count both kinds of chance, from the variance between seeds, between examples and between single outcomes; nothing is resampled.`;
  return `${both} The interval under a mean is of that rank by itself, at ${percent(confidence)}. Differences are taken between runs of the same seed on the same example, and their intervals hold for all pairs of ranks at once. The bound on how much better any other rank may be is one-sided and shares the remaining ${percent(1 - confidence)} between the ranks.${shared}`;
}
