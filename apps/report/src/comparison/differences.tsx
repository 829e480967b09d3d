/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ComponentChildren } from "preact";
import { mostCharted } from "../data/selected.ts";
import { integer, percent } from "../format.ts";
import { DataTable, scaled, Twin } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import { type Advantage, AdvantageChart } from "./advantage-chart.tsx";
import { type ComparisonProps, isCompared, type ShownComparison, shownWords } from "./shown-comparison.ts";
import { SideTable } from "./sides.tsx";

/** Name of the row at the rank or arm that was chosen of each. */
const both = "both results";

/** Difference at the compared ranks, and at each rank that both have. */
export function Differences({ shown }: ComparisonProps) {
  const { comparison, words, compared } = shown;
  const { each = [], confidence } = comparison;
  return (
    <>
      {isCompared(comparison) && (
        <Section
          id="difference"
          title="Difference"
          lead={`The bar is the ${percent(confidence)} interval of the difference.`}
        >
          <Advantages shown={shown} rows={[{ ...comparison, name: both }]} head="Compared" caption="">
            <HowToRead shown={shown} />
          </Advantages>
        </Section>
      )}
      {words.each && (
        <Section id="each" title={compared.title} lead={`${words.each.heading}.`}>
          <Advantages
            shown={shown}
            rows={each.map((one) => ({ ...one, name: compared.label(one.rank) }))}
            head={compared.head}
            caption={`, by ${compared.by}`}
            sentences={words.each.answers}
          >
            <h3>Beside the difference above</h3>
            <p>
              There each result stands at its own {compared.one}. Here both stand at the same one, and all
              bars hold at once, for which they are wider.
            </p>
          </Advantages>
        </Section>
      )}
    </>
  );
}

function HowToRead({ shown: { comparison, metric } }: ComparisonProps) {
  return (
    <>
      <h3>How to read it</h3>
      <p>
        To the right {comparison.first.name} is ahead, to the left {comparison.second.name}. A bar that leaves
        out 0 shows a difference.
      </p>
      <p>
        The shaded zone is the margin of {metric.margin(comparison.margin)}: smaller differences do not
        matter. A bar within the zone shows that both are alike. Any other bar, with a hollow dot, leaves it
        open.
      </p>
    </>
  );
}

/** Chart of differences with its table, and `children` beside it. */
function Advantages(props: {
  readonly shown: ShownComparison;
  readonly rows: readonly Advantage[];
  /** Head of the table's column of names. */
  readonly head: string;
  /** End of the table's caption, which tells it from the page's others. */
  readonly caption: string;
  /** Rows in words, folded away. */
  readonly sentences?: readonly string[];
  readonly children?: ComponentChildren;
}) {
  const { shown, rows, head, caption, sentences, children } = props;
  const { comparison, metric } = shown;
  const charted = rows.slice(0, mostCharted);
  const [first, second] = [comparison.first.name, comparison.second.name];
  return (
    <figure>
      <div class="beside">
        <AdvantageChart rows={charted} sides={[first, second]} margin={comparison.margin} metric={metric} />
        <div class="aside">{children}</div>
      </div>
      {charted.length < rows.length && (
        <p class="fine left-out">
          {integer(charted.length)} of {integer(rows.length)} are drawn. The table below has all.
        </p>
      )}
      <Twin of="Differences as a table">
        <DataTable
          caption={`Advantage of ${first} over ${second} in ${metric.units}${metric.ofTitle}${caption}`}
          columns={[
            { head, words: true },
            { head: "Difference", unit: metric.units },
            { head: "Interval", unit: metric.units },
            { head: "Shown", words: true },
          ]}
          rows={rows.map(({ name, advantage, interval, result }) => ({
            key: name,
            cells: [
              name,
              { main: metric.difference(advantage), raw: scaled(metric, advantage) },
              { main: metric.differenceInterval(interval), raw: scaled(metric, ...interval) },
              shownWords[result],
            ],
          }))}
        />
      </Twin>
      {sentences && (
        <Twin of="Differences in words">
          <ul>
            {sentences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Twin>
      )}
    </figure>
  );
}

/** Comparison on test examples, by which nothing was chosen. */
export function OnTest({ shown }: ComparisonProps) {
  const { comparison, words } = shown;
  const { test } = comparison;
  if (test === undefined) return null;
  return (
    <Section id="test" title="On test examples" lead={words.test}>
      {isCompared(test) && (
        <Advantages
          shown={shown}
          rows={[{ ...test, name: both }]}
          head="Compared"
          caption=", on test examples"
        />
      )}
      <SideTable shown={shown} comparison={test} caption="Both results on the test examples" />
    </Section>
  );
}
