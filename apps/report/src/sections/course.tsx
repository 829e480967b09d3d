/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { counted } from "@lorank/core";
import {
  type Confirmation,
  inWords,
  type Pilot,
  type ProbeSummary,
  type RaceLook,
} from "@lorank/evidence/results";
import { ProbeChart } from "../charts/probe-chart.tsx";
import { lanesOf, RaceChart } from "../charts/race-chart.tsx";
import { type ShownCompared, shownCompared } from "../compared.ts";
import { claimsAt } from "../data/places.ts";
import { mostCharted, mostRows, ranksLeftOut, selectRanks, whereAll } from "../data/selected.ts";
import { fixed, NONE, percent } from "../format.ts";
import { decisionMetric, type ShownMetric, scoreIn, shownMetrics } from "../metric.ts";
import { DataTable, differenceCell, numberCell, Twin } from "../parts/data-table.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { Section } from "../parts/section.tsx";
import type { Reported, SectionProps } from "../reported.ts";

export function Course(props: SectionProps) {
  return [<Probe key="probe" {...props} />, <Race key="race" {...props} />];
}

/** Race course: ranks in play at each look, and reasons to drop out. */
function Race(props: SectionProps) {
  const { results } = props;
  const { race, rank, confidence } = results.decision;
  if (!race || race.looks.length === 0) return null;
  const lanes = lanesOf(race);
  const compared = shownCompared(results.decision);
  const { many, oneOf, least, less, cell } = compared;
  const charted = selectRanks(lanes, results.decision, mostCharted);
  return (
    <Section id="race" title="Course of the race" lead={inWords(claimsAt("race", props.claims))}>
      <figure>
        <div class="beside">
          <RaceChart race={race} recommended={rank} lanes={charted} compared={compared} />
          <div class="aside">
            <h3>How to read it</h3>
            <p>
              All {many} in play run the same seeds. At a look {oneOf} drops out when it can no longer be the{" "}
              {least} adequate one: another is better by more than the margin, or a {less} one is better.
            </p>
            <p>
              The looks share the {percent(1 - confidence)} of error that the whole race may make, so looking
              early makes no claim weaker than the {percent(confidence)} stated.
            </p>
          </div>
        </div>
        <LeftOut words={[ranksLeftOut(lanes, charted, compared)]} where={whereAll(results)} />
        <Twin of="Looks as a table">
          <DataTable
            caption="Looks of the race"
            columns={[
              { head: "Seeds", words: true },
              { head: `${compared.title} in play`, words: true },
              { head: "Share of the error", unit: "%" },
              { head: "Promise", under: "of a better verdict", unit: "%" },
              { head: "Dropped", words: true },
            ]}
            rows={race.looks.map((look) => ({
              key: look.seeds,
              cells: [
                String(look.seeds),
                look.ranks.map(cell).join(", "),
                numberCell(look.share, percent, 100),
                numberCell(look.promise, (promise) => `${fixed(promise * 100, 0)}%`, 100),
                droppedInWords(look, compared),
              ],
            }))}
          />
          <p class="fine">
            Promise: about the probability that all planned seeds would end in a verdict. A race is given up
            where it is small; giving up claims nothing.
          </p>
        </Twin>
      </figure>
    </Section>
  );
}

function droppedInWords({ dropped }: RaceLook, { label }: ShownCompared): string {
  if (dropped.length === 0) return NONE;
  return dropped.map(({ rank, reason }) => `${label(rank)}: ${reason}`).join("; ");
}

/** Predictions by adapters cut from the largest rank, beside real runs. */
function Probe(props: SectionProps) {
  const { decision } = props.results;
  const { probe } = decision;
  if (!probe) return null;
  const metric = decisionMetric(props.results);
  const { fromRank, predictions } = probe;
  const charted = selectRanks(predictions, decision, mostCharted);
  const listed = selectRanks(predictions, decision, mostRows);
  const confirmations = selectRanks(probe.confirmations, decision, mostCharted);
  const lead = inWords(claimsAt("probe", props.claims));
  return (
    <Section id="probe" title="Prediction against confirmation" lead={lead}>
      {predictions.length > 0 && (
        <figure>
          <div class="beside">
            <ProbeChart
              decision={decision}
              probe={{ ...probe, predictions: charted, confirmations }}
              metric={metric}
            />
            <div class="aside">
              <h3>How to read it</h3>
              <p>
                Open marks are predictions, filled marks are real runs, both as the advantage over rank{" "}
                {fromRank} with {percent(decision.confidence)} intervals. The shaded zone is the margin of{" "}
                {metric.margin(decision.margin)}.
              </p>
              <p>
                A prediction's interval counts how runs vary from seed to seed. It cannot count what training
                at the lower rank would have found instead: hence the real runs, on which alone the verdict
                rests.
              </p>
            </div>
          </div>
          <LeftOut
            words={[ranksLeftOut(predictions, charted)]}
            where={whereAll(props.results, listed.length === predictions.length)}
          />
          <Twin of="Predictions as a table">
            <PredictionTable results={props.results} probe={probe} predictions={listed} metric={metric} />
            <LeftOut words={[ranksLeftOut(predictions, listed)]} where={whereAll(props.results)} />
          </Twin>
        </figure>
      )}
    </Section>
  );
}

function PredictionTable(props: {
  readonly results: Reported;
  readonly probe: ProbeSummary;
  readonly predictions: ProbeSummary["predictions"];
  readonly metric: ShownMetric;
}) {
  const { results, probe, predictions, metric } = props;
  const { fromRank, pilots, confirmations } = probe;
  const metrics = shownMetrics(results);
  return (
    <DataTable
      caption={`Advantage over rank ${fromRank} in ${metric.units}${metric.ofTitle}, predicted and in real runs`}
      columns={[
        { head: "Rank", words: true },
        ...metrics.map(({ title, valueUnit: unit }) => ({ head: `${title}, predicted`, unit })),
        { head: "Advantage, predicted", unit: metric.units },
        { head: "Advantage, real runs", unit: metric.units },
        { head: "Outcome", words: true },
      ]}
      rows={predictions.map((one) => {
        const real = confirmations.find(({ rank }) => rank === one.rank);
        const pilot = pilots.find(({ rank }) => rank === one.rank);
        const run = real ?? pilot;
        const isCut = one.rank !== fromRank;
        return {
          key: one.rank,
          strong: one.rank === results.decision.rank,
          cells: [
            String(one.rank),
            ...metrics.map((by) => numberCell(scoreIn(one, by), by.value, by.scale)),
            isCut ? differenceCell(metric, one.advantage, one.interval) : NONE,
            differenceCell(metric, run?.advantage, run?.interval),
            isCut ? (pilot ? pilotInWords(pilot) : outcomeInWords(real)) : "the rank that was cut",
          ],
        };
      })}
    />
  );
}

function pilotInWords({ seeds, taken, advantage }: Pilot): string {
  const how = advantage === undefined ? "its runs failed" : taken ? "it kept up" : "beyond the margin";
  return `pilot under ${counted(seeds, "seed")}: ${how}`;
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
