/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { PointsFinding, RankRow } from "@lorank/evidence/results";
import { PointsChart } from "../charts/points-chart.tsx";
import { Panels } from "../charts/step-panel.tsx";
import { type ShownCompared, shownCompared } from "../compared.ts";
import { type PointCurves, pointCurves } from "../data/point-curves.ts";
import { mostCharted, ranksLeftOut, selectRanks, whereAll } from "../data/selected.ts";
import { integer, NONE, percent } from "../format.ts";
import { decisionMetric, type ShownMetric } from "../metric.ts";
import { DataTable, differenceCell, numberCell, Twin } from "../parts/data-table.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { Section } from "../parts/section.tsx";
import type { Reported } from "../reported.ts";

/** Scores along the training, and the chosen step beside the last; nothing without evaluations on the way. */
export function Points(props: { readonly results: Reported; readonly rows: readonly RankRow[] }) {
  const { results, rows: all } = props;
  const { decision } = results;
  const found = decision.points;
  const metric = decisionMetric(results);
  const rows = selectRanks(all, decision, mostCharted);
  const curves = pointCurves(rows, found, metric);
  if (curves.ranks.length === 0) return null;
  const compared = shownCompared(decision);
  return (
    <Section id="points" title={`${metric.title} along the training`} lead={leadOf(found, metric)}>
      <figure>
        <Panels
          of={curves.ranks}
          panel={(rank, width) => (
            <PointsChart key={rank.rank} {...{ curves, rank, compared, metric, width }} step={found?.step} />
          )}
        />
        <LeftOut words={[ranksLeftOut(all, rows, compared)]} where={whereAll(results)} />
        <Twin of={`${metric.title} along the training as a table`}>
          <CurveTable curves={curves} metric={metric} compared={compared} />
        </Twin>
      </figure>
      {found && <ChosenTable found={found} metric={metric} compared={compared} named={decision.rank} />}
    </Section>
  );
}

const choices: Readonly<Record<PointsFinding["chosenBy"], (found: PointsFinding) => string>> = {
  examples: ({ choosingExamples = 0, scoredExamples = 0 }) =>
    `It was chosen on ${integer(choosingExamples)} of the examples; the table's scores are of the ${integer(scoredExamples)} others.`,
  "other-seeds": () => "Each seed's score is at the step that its other seeds chose.",
  "same-runs": () => "The same runs chose the step and are scored, so its scores are optimistic.",
};

function leadOf(found: PointsFinding | undefined, { title }: ShownMetric): string {
  const drawn = `${title} on the validation examples after each evaluated step: the mean over seeds, and single runs.`;
  if (found === undefined) return drawn;
  const { step, lastStep, chosenBy } = found;
  // Without a better step there is no table to explain.
  if (step === lastStep) return `${drawn} No step on the way was chosen over the last, which is marked.`;
  const best = `Step ${integer(step)} did best over all, and is marked.`;
  return `${drawn} ${best} ${choices[chosenBy](found)}`;
}

function ChosenTable(props: {
  readonly found: PointsFinding;
  readonly metric: ShownMetric;
  readonly compared: ShownCompared;
  readonly named: number | null;
}) {
  const { found, metric, compared, named } = props;
  const { step, lastStep, ranks, confidence } = found;
  if (step === lastStep) return null;
  return (
    <DataTable
      caption={`${metric.title} at the chosen and at the last step, with ${percent(confidence)} intervals`}
      columns={[
        { head: compared.head, words: true },
        { head: `Step ${integer(step)}`, under: "chosen", unit: metric.valueUnit },
        { head: `Step ${integer(lastStep)}`, under: "last", unit: metric.valueUnit },
        { head: "Gain of the chosen", under: metric.units, unit: metric.units },
      ]}
      rows={ranks.map(({ rank, chosen, last, gain, gainInterval }) => ({
        key: rank,
        strong: rank === named,
        cells: [
          compared.cell(rank),
          numberCell(chosen, metric.value, metric.scale),
          numberCell(last, metric.value, metric.scale),
          differenceCell(metric, gain, gainInterval),
        ],
      }))}
    />
  );
}

function CurveTable(props: {
  readonly curves: PointCurves;
  readonly metric: ShownMetric;
  readonly compared: ShownCompared;
}) {
  const { ranks } = props.curves;
  const { metric, compared } = props;
  const steps = [...new Set(ranks.flatMap(({ mean }) => mean.map(([step]) => step)))].sort((a, b) => a - b);
  return (
    <DataTable
      caption={`Mean ${metric.title} over seeds on all validation examples, by step`}
      columns={[
        { head: "Step", words: true },
        ...ranks.map(({ rank }) => ({ head: compared.label(rank), unit: metric.valueUnit })),
      ]}
      rows={steps.map((step) => ({
        key: step,
        cells: [
          integer(step),
          ...ranks.map(({ mean }) => {
            const score = mean.find(([at]) => at === step)?.[1];
            return score === undefined ? NONE : numberCell(score, metric.value, metric.scale);
          }),
        ],
      }))}
    />
  );
}
