/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { type Claim, inWords, type ReturnStep, rankRows } from "@lorank/evidence/results";
import { claimsAt } from "../data/places.ts";
import { mostRows, ranksLeftOut, selectRanks, whereAll } from "../data/selected.ts";
import { percent, significant } from "../format.ts";
import { decisionMetric } from "../metric.ts";
import { DataTable, differenceCell, numberCell, Twin } from "../parts/data-table.tsx";
import { LeftOut } from "../parts/left-out.tsx";
import { Section } from "../parts/section.tsx";
import { isSweep, type SectionProps } from "../reported.ts";

/** True if a step to a larger rank gained quality, at the decision's confidence. */
export function hasPaid({ interval: [low] }: ReturnStep): boolean {
  return low > 0;
}

/**
 * Steps to larger ranks, with gain per additional second of a run, in the metric's unit. It is absent for less than a
 * tenth more time, which is noise. Empty without `decision.returns`.
 */
export function returnSteps(results: Parameters<typeof rankRows>[0]): readonly ReturnStep[] {
  const { steps = [] } = results.decision.returns ?? {};
  if (steps.length === 0) return [];
  const seconds = new Map(rankRows(results).map(({ rank, costs }) => [rank, costs?.secondsPerTrial]));
  return steps.map((step) => {
    const [before, after] = [seconds.get(step.from), seconds.get(step.to)];
    if (step.perSecond !== undefined || before === undefined || after === undefined) return step;
    return after < 1.1 * before ? step : { ...step, perSecond: step.gain / (after - before) };
  });
}

export function ReturnsSection(props: SectionProps) {
  const { results } = props;
  const { decision } = results;
  const steps = returnSteps(results);
  if (steps.length === 0) return <SelectedAlone claims={props.claims} />;
  const all = steps.map((step) => ({ ...step, rank: step.to }));
  const listed = selectRanks(all, decision, mostRows);
  const claims = claimsAt("returns", props.claims);
  const metric = decisionMetric(results);
  const rate = (value: number | undefined, unit = 1) =>
    numberCell(value === undefined ? value : value * unit * metric.scale, signedDigits);
  return (
    <Section
      id="returns"
      title="Diminishing returns"
      lead={claims.length > 0 ? inWords(claims) : "What each step to a larger rank gained."}
    >
      <Twin of="Each step in numbers">
        <DataTable
          caption={`Gain of each step to a larger rank in ${metric.units}${metric.ofTitle}, alone and by what the step costs more`}
          columns={[
            { head: "Step", words: true },
            { head: "Gain", under: `${percent(decision.confidence)} interval`, unit: metric.units },
            { head: "Above 0", words: true },
            { head: "Per doubling", under: "of the rank", unit: metric.units },
            { head: "Per million", under: "parameters", unit: metric.units, optional: true },
            { head: "Per MB", under: "of adapter", unit: metric.units, optional: true },
            { head: "Per second", under: "of one run", unit: metric.units, optional: !isSweep(results) },
          ]}
          rows={listed.map((step) => ({
            key: step.to,
            cells: [
              `${step.from} → ${step.to}`,
              differenceCell(metric, step.gain, step.interval),
              hasPaid(step) ? "yes" : "no",
              rate(step.perDoubling),
              rate(step.perParam, 1e6),
              rate(step.perAdapterByte, 1e6),
              rate(step.perSecond),
            ],
          }))}
        />
        <p class="fine">
          The rate of a gain that is not shown to be above 0 is mostly chance.
          {isSweep(results) &&
            " Per second only where a run of the larger rank took at least a tenth longer."}
        </p>
        <LeftOut words={[ranksLeftOut(all, listed)]} where={whereAll(results)} />
      </Twin>
      <Selected claims={props.claims} />
    </Section>
  );
}

/** Section on the best of several, where no steps lead from one to the next. */
function SelectedAlone(props: { readonly claims: readonly Claim[] }) {
  const claims = claimsAt("selection", props.claims);
  return claims.length === 0 ? null : <Section id="selection" title={selectedTitle} lead={inWords(claims)} />;
}

const selectedTitle = "The best of several looks better than it is";

function Selected(props: { readonly claims: readonly Claim[] }) {
  const claims = claimsAt("selection", props.claims);
  return claims.length === 0 ? null : (
    <>
      <h3>{selectedTitle}</h3>
      <p class="lead">{inWords(claims)}</p>
    </>
  );
}

/** Gain per second as text, with three digits and a sign. */
function signedDigits(rate: number): string {
  return rate > 0 ? `+${significant(rate)}` : significant(rate);
}
