/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { counted } from "@lorank/core";
import { claimsOf, methods } from "@lorank/evidence/results";
import { DifferencePlane, WIDTH } from "../charts/difference-chart.tsx";
import { percent } from "../format.ts";
import { scoreIn } from "../metric.ts";
import { DataTable, numberCell, Twin } from "../parts/data-table.tsx";
import { Course } from "../sections/course.tsx";
import { Differences } from "../sections/differences.tsx";
import { Dots } from "../svg/chart-parts.tsx";
import { type LiveState, metricOf, noDecisionYet } from "./live-state.ts";

/** Differences between ranks while runs come in, as far as they hold. */
export function LiveDifferences(props: { readonly state: LiveState }) {
  const { state } = props;
  return methods[state.method].mayEndEarly ? <LookCorrected state={state} /> : <SeedBySeed state={state} />;
}

/** Runs as they come: an interval that is looked at after each of them would err far more often than it says. */
function SeedBySeed(props: { readonly state: LiveState }) {
  const { state } = props;
  const pairs = seedPairs(state);
  const largest = Math.max(...state.ranks);
  return (
    <>
      <p class="lead">
        <strong>{noDecisionYet(state)}</strong>{" "}
        {pairs.length === 0
          ? `Here the differences to rank ${largest} appear, one for each seed of which both runs are done.`
          : `A dot is one seed of a rank less the same seed of rank ${largest}. No interval is shown: looked at after every run, it would be wrong more often than it says. The sweep decides once, when all runs are there.`}
      </p>
      {pairs.length > 0 && (
        <>
          <PairChart state={state} pairs={pairs} />
          <Twin of="Differences as a table">
            <PairTable state={state} pairs={pairs} />
          </Twin>
        </>
      )}
    </>
  );
}

/** Looks that are planned share the error between them: the claims of one hold however often they are read. */
function LookCorrected(props: { readonly state: LiveState }) {
  const { state } = props;
  const { decision, method, nextLook } = state;
  const next =
    nextLook === undefined
      ? ""
      : ` The next look is after ${counted(nextLook, "seed")} of each rank in play.`;
  if (decision === undefined)
    return (
      <p class="lead">
        <strong>{noDecisionYet(state)}</strong> The {method} has not looked at its outcomes so far.{next}
      </p>
    );
  const { name, ranks, seeds } = state;
  const reported = {
    decision,
    trials: [],
    sweep: { name, ranks, seeds },
    data: { validationExamples: decision.examples },
  };
  return (
    <>
      <p class="lead">
        <strong>{noDecisionYet(state)}</strong> These are the intervals of the {method}'s last look, after{" "}
        {counted(decision.seeds, "seed")}. They are corrected for all its looks, so they hold at{" "}
        {percent(decision.confidence)} however often they are read.{next}
      </p>
      <Differences results={reported} />
      <Course results={reported} claims={claimsOf(decision)} />
    </>
  );
}

const ROW = 30;
const TOP = 28;
const LEFT = 78;

/** Two runs of one seed: what `rank` scored less what the largest rank did. */
interface SeedPair {
  readonly rank: number;
  readonly seed: number;
  readonly difference: number;
}

/** The pairs of which both runs are done. */
function seedPairs(state: LiveState): SeedPair[] {
  const metric = metricOf(state);
  const largest = Math.max(...state.ranks);
  const compared = state.trials.filter(
    ({ variant, status }) => variant === undefined && status === "completed",
  );
  return compared.flatMap((trial) => {
    const other = compared.find(({ rank, seed }) => rank === largest && seed === trial.seed);
    const [own, most] = [scoreIn(trial, metric), other && scoreIn(other, metric)];
    if (trial.rank === largest || own === undefined || most === undefined) return [];
    return [{ rank: trial.rank, seed: trial.seed, difference: own - most }];
  });
}

/** One dot a seed and no mean and no interval: before the last of them is there, none would hold. */
function PairChart(props: { readonly state: LiveState; readonly pairs: readonly SeedPair[] }) {
  const { state, pairs } = props;
  const metric = metricOf(state);
  const largest = Math.max(...state.ranks);
  const ranks = state.ranks.filter((rank) => rank !== largest);
  const middle = (rank: number) => TOP + ROW * ranks.indexOf(rank) + ROW / 2;
  const textOf = ({ rank, seed, difference }: SeedPair) =>
    `rank ${rank}, seed ${seed}: ${metric.difference(difference)}`;
  return (
    <DifferencePlane
      label={`Differences to rank ${largest} in ${metric.units}, one a seed: ${pairs.map(textOf).join("; ")}.`}
      metric={metric}
      margin={state.margin}
      base={largest}
      values={pairs.map(({ difference }) => difference)}
      left={LEFT}
      top={TOP}
      bottom={TOP + ROW * ranks.length}
    >
      {(x) =>
        ranks.map((rank) => (
          <g key={rank}>
            <line class="row" x1={0} x2={WIDTH} y1={middle(rank) + ROW / 2} y2={middle(rank) + ROW / 2} />
            <text class="tick" x={LEFT - 12} y={middle(rank)} dy="0.35em" text-anchor="end">
              {`rank ${rank}`}
            </text>
            <Dots
              class="seed"
              radius={4}
              points={pairs
                .filter((pair) => pair.rank === rank)
                .map((pair) => ({ x: x(pair.difference), y: middle(rank), title: textOf(pair) }))}
            />
          </g>
        ))
      }
    </DifferencePlane>
  );
}

/** The numbers of {@link PairChart}. */
function PairTable(props: { readonly state: LiveState; readonly pairs: readonly SeedPair[] }) {
  const { state, pairs } = props;
  const metric = metricOf(state);
  const largest = Math.max(...state.ranks);
  const seeds = [...new Set(pairs.map(({ seed }) => seed))].sort((a, b) => a - b);
  return (
    <DataTable
      caption={`Difference to rank ${largest} in ${metric.units} of ${metric.title.toLowerCase()}, one a seed`}
      columns={[
        { head: "Rank", words: true },
        ...seeds.map((seed) => ({ head: `Seed ${seed}`, unit: metric.units })),
      ]}
      rows={state.ranks
        .filter((rank) => rank !== largest)
        .map((rank) => ({
          key: rank,
          cells: [
            String(rank),
            ...seeds.map((seed) => {
              const pair = pairs.find((one) => one.rank === rank && one.seed === seed);
              return numberCell(pair?.difference, metric.difference, metric.scale);
            }),
          ],
        }))}
    />
  );
}
