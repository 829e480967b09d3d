/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { type Claim, paragraph, percent, type Results } from "@lorank/core/results";
import { claimsAt } from "../data/places.ts";
import { betterInWords, factorInWords, runInWords } from "../data/robustness-cells.ts";
import { NONE, significant } from "../format.ts";
import { decisionMetric } from "../metric.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";

/** The smallest and the largest rank at other learning rates: does the rank decide, or the rate? */
export function RobustnessSection(props: { readonly results: Results; readonly claims: readonly Claim[] }) {
  const { robustness, confidence } = props.results.decision;
  if (!robustness) return null;
  const metric = decisionMetric(props.results);
  const told = claimsAt("robustness", props.claims);
  const { smallestRank, largestRank, rates, seed } = robustness;
  return (
    <Section
      id="robustness"
      title="Does the rank decide, or the learning rate?"
      lead={paragraph(told) || "The smallest and the largest rank, each at the same learning rates."}
    >
      <DataTable
        caption={`${metric.title} of ranks ${smallestRank} and ${largestRank} by learning rate`}
        columns={[
          { head: "Rate", words: true },
          { head: "Learning rate" },
          { head: `Rank ${smallestRank}` },
          { head: `Rank ${largestRank}` },
          {
            head: `Advantage of rank ${largestRank}`,
            under: `${metric.unit}, ${percent(confidence)} interval`,
          },
          { head: "Known to be better", words: true },
        ]}
        rows={rates.map((rate) => ({
          key: rate.factor,
          cells: [
            factorInWords(rate.factor),
            significant(rate.largest.learningRate),
            runInWords(rate.smallest, metric),
            runInWords(rate.largest, metric),
            rate.advantage === undefined
              ? NONE
              : {
                  main: metric.difference(rate.advantage),
                  under: rate.interval ? metric.differenceInterval(rate.interval) : "no interval",
                },
            betterInWords(rate, robustness),
          ],
        }))}
      />
      <p class="fine">
        The sweep's own rate over all of its seeds; the others with seed {seed} alone, their intervals with
        the noise between seeds that the sweep had.
      </p>
    </Section>
  );
}
