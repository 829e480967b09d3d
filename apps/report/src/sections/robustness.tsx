/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import {
  paragraph,
  percent,
  type Robustness,
  type RobustnessRate,
  type RobustnessRun,
} from "@lorank/core/results";
import { claimsAt } from "../data/places.ts";
import { significant } from "../format.ts";
import { decisionMetric, orNone, type ShownMetric } from "../metric.ts";
import { differenceCell, numberCell } from "../parts/cells.ts";
import { DataTable, Twin } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import type { SectionProps } from "../reported.ts";

/** The smallest and the largest rank at other settings: does the rank decide, or the learning rate or the scaling? */
export function RobustnessSection(props: SectionProps) {
  const { robustness, confidence } = props.results.decision;
  if (!robustness) return null;
  const metric = decisionMetric(props.results);
  const told = claimsAt("robustness", props.claims);
  const { smallestRank, largestRank, seed } = robustness;
  return (
    <Section
      id="robustness"
      title="Does the rank decide, or the learning rate?"
      lead={paragraph(told) || "The smallest and the largest rank, each at the same learning rates."}
    >
      <Twin of="Each rate in numbers">
        <DataTable
          caption={`${metric.title} of ranks ${smallestRank} and ${largestRank} by learning rate`}
          columns={[
            { head: "Rate", words: true },
            { head: "Learning rate" },
            { head: `Rank ${smallestRank}` },
            { head: `Rank ${largestRank}` },
            {
              head: `Advantage of rank ${largestRank}`,
              under: `${metric.units}, ${percent(confidence)} interval`,
            },
            { head: "Known to be better", words: true },
          ]}
          rows={rowsOf(robustness).map(([name, rate]) => ({
            key: name,
            cells: [
              name,
              numberCell(rate.largest.learningRate, significant),
              runInWords(rate.smallest, metric),
              runInWords(rate.largest, metric),
              differenceCell(metric, rate.advantage, rate.interval),
              betterInWords(rate, robustness),
            ],
          }))}
        />
        <p class="fine">
          The sweep's own rate over all of its seeds; the others with seed {seed} alone, their intervals with
          the noise between seeds that the sweep had.
        </p>
      </Twin>
    </Section>
  );
}

/** The rates by name, and below them rsLoRA's scaling where it was tried: at the smallest rank it is the sweep's. */
function rowsOf({ rates, scaling }: Robustness): [name: string, RobustnessRate][] {
  const rows = rates.map((rate): [string, RobustnessRate] => [factorInWords(rate.factor), rate]);
  if (scaling === undefined) return rows;
  const { rslora, ...rest } = scaling;
  return [...rows, ["the sweep's, rsLoRA's scaling", { ...rest, factor: 1, largest: rslora }]];
}

/** `1/3 ×`, `the sweep's`, `3 ×`. Rates come from divisions, so a third is only near 1/3. */
export function factorInWords(factor: number): string {
  if (factor === 1) return "the sweep's";
  if (Math.abs(3 * factor - 1) < 1e-4) return "1/3 ×";
  return `${significant(factor)} ×`;
}

/** A run's quality, or what became of it instead. */
export function runInWords({ status, quality }: RobustnessRun, metric: ShownMetric): string {
  const score = orNone(quality, metric.value);
  switch (status) {
    case "learned":
      return score;
    case "collapsed":
      return quality === undefined ? "learned nothing" : `${score}, learned nothing`;
    case "diverged":
      return "diverged";
    case "out-of-memory":
      return "ran out of memory";
  }
}

/** Which rank is known to be better at a rate. */
export function betterInWords({ better }: RobustnessRate, { smallestRank, largestRank }: Robustness): string {
  if (better === undefined) return "not known";
  return `rank ${better === "smallest" ? smallestRank : largestRank}`;
}
