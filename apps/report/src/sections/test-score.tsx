/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Results } from "@lorank/core/results";
import { scoreBy, testScoreInWords } from "../data/test-score.ts";
import { plural } from "../format.ts";
import { accuracyMetric, logLossMetric } from "../metric.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import { percent } from "../words.ts";

/** The recommended rank on examples that had no part in the choice, beside the validation examples that had. */
export function TestScoreSection(props: { readonly results: Results }) {
  const { results } = props;
  const { test, data } = results;
  const lead = testScoreInWords(results);
  if (lead === undefined) return null;
  const metrics = [accuracyMetric(results), logLossMetric(results)];
  return (
    <Section id="test" title="Test score" lead={lead}>
      {test && (
        <>
          <DataTable
            caption={`Rank ${test.rank} over ${plural(test.seeds, "seed")} on test and on validation examples`}
            columns={[
              { head: "Examples", words: true },
              ...metrics.map(({ title }) => ({ head: title, under: `${percent(test.confidence)} interval` })),
            ]}
            rows={[
              { of: `test: ${plural(test.examples, "example")} of ${data.test?.name}`, score: test },
              { of: `validation: ${plural(data.validationExamples, "example")}`, score: test.validation },
            ].map(({ of, score }) => ({
              key: of,
              cells: [
                of,
                ...metrics.map((metric) => {
                  const { mean, interval } = scoreBy(score, metric);
                  return { main: metric.value(mean), under: metric.interval(interval) };
                }),
              ],
            }))}
          />
          <p class="fine">
            The rank was chosen by the validation examples, which flatters it a little; the test examples had
            no part in that. Each interval is of its mean alone: the difference of the two means is less
            certain than either.
          </p>
        </>
      )}
    </Section>
  );
}
