/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { RankRow } from "@lorank/evidence/results";
import { scaleLinear } from "d3-scale";
import { type ShownCompared, shownCompared } from "../compared.ts";
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

const ofRanks = shownCompared({});

export interface QualityShown {
  readonly rows: readonly RankRow[];
  readonly runs: readonly RunValue[];
  readonly metric: ShownMetric;
  /** Accuracy for always answering the most frequent class, drawn only if near the data. */
  readonly majorityShare?: number;
}

/**
 * Quality metric by rank: means with intervals, a dot per run, thin lines between runs under the same seed. Open
 * diamonds predict untrained ranks by cut adapters.
 */
export function QualityChart(props: QualityShown) {
  const { rows, runs, metric } = props;
  const ranks = rankScale(
    rows.map((row) => row.rank),
    LEFT + 30,
    RIGHT - 30,
  );
  const shift = Math.min(8, ranks.gap / 4); // seeds left of the tick, mean right of it
  const { near: majority, extent } = qualityExtent(props);
  const [lo, hi] = extent;
  const y = scaleLinear().domain([lo, hi]).range([BOTTOM, TOP]);

  return (
    <Frame
      name="quality"
      width={WIDTH}
      height={HEIGHT}
      label={`${metric.title} by rank: ${rows.map((row) => describe(row, metric, ofRanks)).join("; ")}.`}
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
      {majority !== undefined && (
        <line class="majority" x1={LEFT} x2={RIGHT} y1={px(y(majority))} y2={px(y(majority))} />
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
            title={describe(row, metric, ofRanks)}
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
            <title>{describe(row, metric, ofRanks)}</title>
          </path>
        );
      })}
      {majority !== undefined && (
        <text class="note" x={RIGHT} y={px(y(majority)) - 6} text-anchor="end">
          always the most frequent class
        </text>
      )}
    </Frame>
  );

  function dot(run: RunValue): Point {
    const { rank, value } = run;
    return {
      x: ranks.x(rank) - shift,
      y: y(Number.isFinite(value) ? value : lo),
      title: runTitle(run, metric, ofRanks),
    };
  }
}

/** Range of all values, and the majority's share if it is near them: far below, it would press the data to an edge. */
export function qualityExtent({ rows, runs, metric, majorityShare: share }: QualityShown): {
  readonly extent: readonly [lo: number, hi: number];
  readonly near?: number;
} {
  const values = [
    ...runs.map(({ value }) => value),
    ...rows.flatMap((row) => [
      ...(meanAndInterval(row.summary, metric)?.interval ?? []),
      scoreIn(row.prediction, metric) ?? Number.NaN,
    ]),
  ];
  const [lo, hi] = paddedExtent(values, 0.08);
  return share !== undefined && share > lo - (hi - lo) * 0.6
    ? { near: share, extent: paddedExtent([lo, hi, share], 0.04) }
    : { extent: [lo, hi] };
}

export function runTitle(
  { rank, seed, value }: RunValue,
  metric: ShownMetric,
  { label }: ShownCompared,
): string {
  return `${label(rank)}${seed === undefined ? "" : `, seed ${seed}`}: ${metric.value(value)}`;
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

export function describe(row: RankRow, metric: ShownMetric, { name }: ShownCompared): string {
  const score = meanAndInterval(row.summary, metric);
  const predicted = scoreIn(row.prediction, metric);
  if (predicted !== undefined) return `${name(row.rank)} not trained, predicted ${metric.value(predicted)}`;
  if (!score) return `${name(row.rank)} has no mean`;
  return `${name(row.rank)} ${metric.value(score.mean)}, interval ${metric.interval(score.interval)}`;
}
