/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { RankRow } from "@lorank/evidence/results";
import { scaleLinear } from "d3-scale";
import type { RunValue } from "../data/run-values.ts";
import { meanAndInterval, type ShownMetric, scoreIn } from "../metric.ts";
import {
  BottomAxis,
  Dots,
  Frame,
  IntervalBar,
  Line,
  type Point,
  paddedExtent,
  px,
  rankScale,
  ticksOf,
  ValueAxis,
} from "../svg/chart-parts.tsx";

const WIDTH = 500;
const HEIGHT = 320;
const LEFT = 44;
const RIGHT = WIDTH - 4;
const TOP = 14;
const BOTTOM = HEIGHT - 46;

/**
 * Quality metric by rank: means with intervals, a dot per run, thin lines between runs under the same seed. Open
 * diamonds predict untrained ranks by cut adapters.
 */
export function QualityChart(props: {
  readonly rows: readonly RankRow[];
  readonly runs: readonly RunValue[];
  readonly metric: ShownMetric;
  /** Accuracy for always answering the most frequent class, drawn only if near the data. */
  readonly majorityShare?: number;
}) {
  const { rows, runs, metric, majorityShare } = props;
  const ranks = rankScale(
    rows.map((row) => row.rank),
    LEFT + 30,
    RIGHT - 30,
  );
  const shift = Math.min(8, ranks.gap / 4); // seeds left of the tick, mean right of it
  const values = [
    ...runs.map(({ value }) => value),
    ...rows.flatMap((row) => [
      ...(meanAndInterval(row.summary, metric)?.interval ?? []),
      scoreIn(row.prediction, metric) ?? Number.NaN,
    ]),
  ];
  const [dataLo, dataHi] = paddedExtent(values, 0.08);
  // Majority lines far below would press the data into the upper edge.
  const near = majorityShare !== undefined && majorityShare > dataLo - (dataHi - dataLo) * 0.6;
  const [lo, hi] = near ? paddedExtent([dataLo, dataHi, majorityShare], 0.04) : [dataLo, dataHi];
  const y = scaleLinear().domain([lo, hi]).range([BOTTOM, TOP]);

  return (
    <Frame
      name="quality"
      width={WIDTH}
      height={HEIGHT}
      label={`${metric.title} by rank: ${rows.map((row) => describe(row, metric)).join("; ")}.`}
    >
      <ValueAxis
        ticks={ticksOf(y, 5, y.tickFormat(5, metric.suffix || undefined))}
        left={LEFT}
        right={RIGHT}
      />
      <BottomAxis
        ticks={rows
          .filter((row) => ranks.labelled.includes(row.rank))
          .map((row) => ({ at: ranks.x(row.rank), text: String(row.rank), strong: row.isRecommended }))}
        left={LEFT}
        right={RIGHT}
        y={BOTTOM}
        title="rank (log scale)"
      />
      {near && (
        <line class="majority" x1={LEFT} x2={RIGHT} y1={px(y(majorityShare))} y2={px(y(majorityShare))} />
      )}
      {seedLines(runs).map(({ seed, points }) => (
        <Line
          key={seed}
          class="pair"
          title={`seed ${seed}`}
          points={points.map(({ rank, value }) => ({ x: ranks.x(rank) - shift, y: y(value) }))}
        />
      ))}
      {rows.map((row) => (
        <Dots
          key={row.rank}
          class="seed"
          radius={3}
          points={runs.filter(({ rank }) => rank === row.rank).map(dot)}
        />
      ))}
      {rows.map((row) => {
        const score = meanAndInterval(row.summary, metric);
        return score === undefined ? null : (
          <IntervalBar
            key={row.rank}
            direction="upright"
            class={row.isRecommended ? "chosen" : "plain"}
            across={ranks.x(row.rank) + shift}
            mid={y(score.mean)}
            lo={y(score.interval[0])}
            hi={y(score.interval[1])}
            title={describe(row, metric)}
          />
        );
      })}
      {rows.map((row) => {
        const value = scoreIn(row.prediction, metric);
        return value === undefined ? null : (
          <path
            key={row.rank}
            class="prediction"
            d={`M${px(ranks.x(row.rank))} ${px(y(value) - 6)}l6 6l-6 6l-6 -6z`}
          >
            <title>{describe(row, metric)}</title>
          </path>
        );
      })}
      {near && (
        <text class="note" x={RIGHT} y={px(y(majorityShare)) - 6} text-anchor="end">
          always the most frequent class
        </text>
      )}
    </Frame>
  );

  function dot({ rank, seed, value }: RunValue): Point {
    return {
      x: ranks.x(rank) - shift,
      y: y(Number.isFinite(value) ? value : lo),
      title: `rank ${rank}${seed === undefined ? "" : `, seed ${seed}`}: ${metric.value(value)}`,
    };
  }
}

/** Lines that join runs under the same seed, from rank to rank. */
function seedLines(runs: readonly RunValue[]) {
  const bySeed = new Map<number, RunValue[]>();
  for (const run of runs) {
    if (run.seed === undefined) continue;
    const points = bySeed.get(run.seed);
    if (points) points.push(run);
    else bySeed.set(run.seed, [run]);
  }
  return [...bySeed].map(([seed, points]) => ({ seed, points }));
}

function describe(row: RankRow, metric: ShownMetric): string {
  const score = meanAndInterval(row.summary, metric);
  const predicted = scoreIn(row.prediction, metric);
  if (predicted !== undefined) return `rank ${row.rank} not trained, predicted ${metric.value(predicted)}`;
  if (!score) return `rank ${row.rank} has no mean`;
  return `rank ${row.rank} ${metric.value(score.mean)}, interval ${metric.interval(score.interval)}`;
}
