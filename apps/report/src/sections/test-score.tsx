/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { counted } from "@lorank/core";
import { inWords } from "@lorank/evidence/results";
import { shownCompared } from "../compared.ts";
import { claimsAt } from "../data/places.ts";
import { percent } from "../format.ts";
import { meanAndInterval, shownMetrics } from "../metric.ts";
import { DataTable, scoreCell, Twin } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import type { SectionProps } from "../reported.ts";

/** Recommended rank on examples without part in the choice, beside the validation examples. */
export function TestScoreSection(props: SectionProps) {
  const { results } = props;
  const { test, data } = results;
  const claims = claimsAt("test", props.claims);
  if (claims.length === 0) return null;
  const metrics = shownMetrics(results);
  const { one, atStart } = shownCompared(results.decision);
  return (
    <Section id="test" title="Test score" lead={inWords(claims)}>
      {test && (
        <Twin of="The scores in numbers">
          <DataTable
            caption={`${atStart(test.rank)} over ${counted(test.seeds, "seed")} on test and on validation examples`}
            columns={[
              { head: "Examples", words: true },
              ...metrics.map(({ title, valueUnit: unit }) => ({
                head: title,
                unit,
                under: `${percent(test.confidence)} interval`,
              })),
            ]}
            rows={[
              { of: `test: ${counted(test.examples, "example")} of ${data.test?.name}`, score: test },
              { of: `validation: ${counted(data.validationExamples, "example")}`, score: test.validation },
            ].map(({ of, score }) => ({
              key: of,
              cells: [of, ...metrics.map((metric) => scoreCell(metric, meanAndInterval(score, metric)))],
            }))}
          />
          <p class="fine">
            The {one} was chosen by the validation examples, which flatters it a little. Each interval is of
            its mean alone: the difference of the two means is less certain than either.
          </p>
        </Twin>
      )}
    </Section>
  );
}
