/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import {
  type Claim,
  type Confirmation,
  type Pilot,
  type ProbeSummary,
  paragraph,
  percent,
  type RankPrediction,
} from "@lorank/core/results";
import { ProbeChart } from "../charts/probe-chart.tsx";
import { claimsAt } from "../data/places.ts";
import { NONE, plural } from "../format.ts";
import { accuracyMetric, decisionMetric, logLossMetric, type Metric, orNone } from "../metric.ts";
import { type Cell, DataTable } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import type { Reported } from "../reported.ts";

/** What cut adapters of the largest rank predicted, and what real runs made of it. */
export function Probe(props: { readonly results: Reported; readonly claims: readonly Claim[] }) {
  const { decision } = props.results;
  const { probe } = decision;
  if (!probe) return null;
  const metric = decisionMetric(props.results);
  const { fromRank, predictions } = probe;
  const lead = paragraph(claimsAt("probe", props.claims));
  if (predictions.length === 0)
    return (
      <Section id="probe" title="Prediction against confirmation" lead={lead}>
        {null}
      </Section>
    );
  return (
    <Section id="probe" title="Prediction against confirmation" lead={lead}>
      <div class="beside">
        <figure>
          <ProbeChart decision={decision} probe={probe} metric={metric} />
        </figure>
        <div class="aside">
          <h3>How to read it</h3>
          <p>
            Open marks are predictions, filled marks are real runs, both as the advantage over rank {fromRank}{" "}
            with {percent(decision.confidence)} intervals. The shaded zone is the margin of{" "}
            {metric.margin(decision.margin)}.
          </p>
          <p>
            A prediction's interval counts how runs vary from seed to seed. It cannot count what training at
            the lower rank would have found instead: hence the real runs, on which alone the verdict rests.
          </p>
        </div>
      </div>
      <PredictionTable results={props.results} probe={probe} metric={metric} />
    </Section>
  );
}

function PredictionTable(props: {
  readonly results: Reported;
  readonly probe: ProbeSummary;
  readonly metric: Metric;
}) {
  const { results, probe, metric } = props;
  const { fromRank, predictions, pilots, confirmations } = probe;
  const accuracy = accuracyMetric(results);
  const logLoss = logLossMetric(results);
  return (
    <DataTable
      caption={`Advantage over rank ${fromRank} in ${metric.unit} of ${metric.title.toLowerCase()}, predicted and in real runs`}
      columns={[
        { head: "Rank", words: true },
        { head: `${accuracy.title}, predicted` },
        { head: `${logLoss.title}, predicted` },
        { head: "Advantage, predicted" },
        { head: "Advantage, real runs" },
        { head: "Outcome", words: true },
      ]}
      rows={predictions.map((one) => {
        const real = confirmations.find(({ rank }) => rank === one.rank);
        const pilot = pilots.find(({ rank }) => rank === one.rank);
        const isCut = one.rank !== fromRank;
        return {
          key: one.rank,
          strong: one.rank === results.decision.rank,
          cells: [
            String(one.rank),
            accuracy.value(one.accuracy),
            orNone(one.logLoss, logLoss.value),
            isCut ? withInterval(one, metric) : NONE,
            (real ?? pilot) ? withInterval((real ?? pilot)!, metric) : NONE,
            isCut ? (pilot ? pilotInWords(pilot) : outcomeInWords(real)) : "the rank that was cut",
          ],
        };
      })}
    />
  );
}

function withInterval({ advantage, interval }: RankPrediction | Confirmation | Pilot, metric: Metric): Cell {
  if (advantage === undefined || interval === undefined) return NONE;
  return { main: metric.difference(advantage), under: metric.differenceInterval(interval) };
}

function pilotInWords({ seeds, taken, advantage }: Pilot): string {
  const how = advantage === undefined ? "its runs failed" : taken ? "it kept up" : "beyond the margin";
  return `pilot under ${plural(seeds, "seed")}: ${how}`;
}

function outcomeInWords(real: Confirmation | undefined): string {
  switch (real?.outcome) {
    case undefined:
      return "predicted only";
    case "held":
      return "held: real runs lie within the prediction";
    case "missed":
      return "missed: real runs lie outside of the prediction";
    case "refuted":
      return "refuted: too far below, so a larger rank was tried";
    case "failed":
      return "its runs failed";
  }
}
