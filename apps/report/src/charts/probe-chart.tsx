/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Confirmation, Decision, ProbeSummary, RankPrediction } from "@lorank/evidence/results";
import { scaleLinear } from "d3-scale";
import type { ShownMetric } from "../metric.ts";
import {
  BottomAxis,
  Frame,
  IntervalBar,
  Line,
  paddedExtent,
  px,
  rankScale,
  ticksOf,
  ValueAxis,
} from "../svg/chart-parts.tsx";

const WIDTH = 560;
const HEIGHT = 320;
const LEFT = 52;
const RIGHT = WIDTH - 8;
const TOP = 26;
const BOTTOM = HEIGHT - 46;

/**
 * Advantage in quality of each rank over the largest: open marks for predictions by cut adapters, filled marks for real
 * runs.
 */
export function ProbeChart(props: {
  readonly decision: Decision;
  readonly probe: ProbeSummary;
  readonly metric: ShownMetric;
}) {
  const { decision, probe, metric } = props;
  const { predictions, confirmations, fromRank } = probe;
  const ranks = rankScale(
    predictions.map(({ rank }) => rank),
    LEFT + 30,
    RIGHT - 30,
  );
  const shift = Math.min(8, ranks.gap / 4); // predictions left of the tick, real runs right of it
  const limit = -decision.margin;
  const values = [...predictions, ...confirmations].flatMap(({ interval }) => interval ?? []);
  const [lo, hi] = paddedExtent([0, limit, ...values], 0.06);
  const y = scaleLinear().domain([lo, hi]).range([BOTTOM, TOP]);

  return (
    <Frame
      name="probe"
      width={WIDTH}
      height={HEIGHT}
      label={`Advantage over rank ${fromRank} in ${metric.units}, margin ${metric.margin(decision.margin)}: ${[
        ...predictions.filter(({ rank }) => rank !== fromRank).map((one) => predictedWords(one, metric)),
        ...confirmations.map((one) => confirmedWords(one, metric)),
      ].join("; ")}.`}
    >
      <text class="note" x={0} y={12}>
        {`${metric.units}, higher is better`}
      </text>
      <rect class="zone" x={LEFT} y={TOP} width={RIGHT - LEFT} height={px(y(limit) - TOP)} />
      <ValueAxis ticks={ticksOf(y, 6, metric.tick)} left={LEFT} right={RIGHT} />
      <line class="axis" x1={LEFT} x2={RIGHT} y1={px(y(0))} y2={px(y(0))} />
      <line class="limit" x1={LEFT} x2={RIGHT} y1={px(y(limit))} y2={px(y(limit))} />
      <text class="note accent" x={RIGHT} y={px(y(limit) + 15)} text-anchor="end">
        {`margin ${metric.difference(limit)}`}
      </text>
      <BottomAxis
        ticks={ranks.labelled.map((rank) => ({
          at: ranks.x(rank),
          text: String(rank),
          strong: rank === decision.rank,
        }))}
        left={LEFT}
        right={RIGHT}
        y={BOTTOM}
        title="rank (log scale)"
      />
      <Line
        class="predicted"
        points={predictions.map(({ rank, advantage }) => ({ x: ranks.x(rank) - shift, y: y(advantage) }))}
      />
      {predictions.map((one) => (
        <Mark key={one.rank} kind="open" of={one} title={predictedWords(one, metric)} side={-shift} />
      ))}
      {confirmations.map((one) => (
        <Mark
          key={one.rank}
          kind={one.rank === decision.rank ? "chosen" : "plain"}
          of={one}
          title={confirmedWords(one, metric)}
          side={shift}
        />
      ))}
    </Frame>
  );

  function Mark(mark: {
    readonly kind: "open" | "chosen" | "plain";
    readonly of: RankPrediction | Confirmation;
    readonly title: string;
    readonly side: number;
  }) {
    const { advantage, interval, rank } = mark.of;
    if (advantage === undefined || interval === undefined) return null;
    return (
      <IntervalBar
        direction="upright"
        class={mark.kind}
        across={ranks.x(rank) + mark.side}
        mid={y(advantage)}
        lo={y(interval[0])}
        hi={y(interval[1])}
        title={mark.title}
      />
    );
  }
}

function predictedWords({ rank, advantage, interval }: RankPrediction, metric: ShownMetric): string {
  return `rank ${rank} predicted ${metric.difference(advantage)}, interval ${metric.differenceInterval(interval)}`;
}

function confirmedWords({ rank, advantage, interval }: Confirmation, metric: ShownMetric): string {
  if (advantage === undefined || interval === undefined) return `the runs of rank ${rank} failed`;
  return `rank ${rank} in real runs ${metric.difference(advantage)}, interval ${metric.differenceInterval(interval)}`;
}
