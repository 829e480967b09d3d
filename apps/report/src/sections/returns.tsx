/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Results, ReturnStep } from "@lorank/core/results";
import { gainPerSecond, hasPaid, rateInWords, returnsInWords, selectionInWords } from "../data/returns.ts";
import { decisionMetric, orNone } from "../metric.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import { percent } from "../words.ts";

/** What each step to a larger rank gained, and what it cost. */
export function ReturnsSection(props: { readonly results: Results }) {
  const { results } = props;
  const { decision } = results;
  const headline = returnsInWords(results);
  if (!decision.returns || headline === undefined) return null;
  const metric = decisionMetric(results);
  const rate = (value: number | undefined, unit = 1) =>
    orNone(value === undefined ? value : value * unit, (x) => rateInWords(x, metric.name === "accuracy"));
  return (
    <Section id="returns" title="Diminishing returns" lead={headline}>
      <DataTable
        caption={`Gain of each step to a larger rank in ${metric.unit} of ${metric.title.toLowerCase()}, alone and by what the step costs more`}
        columns={[
          { head: "Step", words: true },
          { head: "Gain", under: `${percent(decision.confidence)} interval` },
          { head: "Supported", words: true },
          { head: "Per doubling", under: "of the rank" },
          { head: "Per million", under: "parameters" },
          { head: "Per MB", under: "of adapter" },
          { head: "Per second", under: "of one run" },
        ]}
        rows={decision.returns.steps.map((step: ReturnStep) => ({
          key: step.to,
          cells: [
            `${step.from} → ${step.to}`,
            { main: metric.difference(step.gain), under: metric.differenceInterval(step.interval) },
            hasPaid(step) ? "yes" : "no",
            rate(step.perDoubling),
            rate(step.perParam, 1e6),
            rate(step.perAdapterByte, 1e6),
            rate(gainPerSecond(results, step)),
          ],
        }))}
      />
      <p class="fine">
        The rate of a gain that is not supported is mostly chance. Per second only where a run of the larger
        rank took at least a tenth longer.
      </p>
      <Selected results={results} />
    </Section>
  );
}

function Selected(props: { readonly results: Results }) {
  const words = selectionInWords(props.results);
  return words === undefined ? null : (
    <>
      <h3>The best of several looks better than it is</h3>
      <p class="lead">{words}</p>
    </>
  );
}
