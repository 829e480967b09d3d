/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Difference } from "@lorank/evidence/compare";
import { scaleLinear } from "d3-scale";
import type { ShownMetric } from "../metric.ts";
import { BottomAxis, Frame, IntervalBar, paddedExtent, px, ticksOf } from "../svg/chart-parts.tsx";
import { cutToEms, nameStrip, StripName, StripWords } from "../svg/name-strip.tsx";

const WIDTH = 560;
/** Height for a row's marks, below its strip. */
const MARKS = 30;
const TOP = 34;
const LEFT = 8;
const RIGHT = WIDTH - 8;
/** Room for the margin's words in a phone's larger type. */
const MARGIN_WORDS = 260;
/** Width of a result's name under the axis, in ems. */
const SIDE_EMS = 8;

/** Difference with its name. */
export interface Advantage extends Difference {
  readonly name: string;
}

/** Advantages of the first result over the second, with intervals, against the margin on both sides. */
export function AdvantageChart(props: {
  readonly rows: readonly Advantage[];
  /** Names of both results. */
  readonly sides: readonly [first: string, second: string];
  readonly margin: number;
  readonly metric: ShownMetric;
}) {
  const { rows, margin, metric } = props;
  const [first, second] = sideNames(props.sides);
  let end = TOP;
  const lanes = rows.map((row) => {
    const strip = nameStrip(row.name, advantageWords(row, metric));
    const top = end;
    end += strip.height + MARKS;
    return { row, strip, top };
  });
  const bottom = end + 4;
  const x = scaleLinear()
    .domain(paddedExtent([-margin, margin, ...rows.flatMap(({ interval }) => interval)], 0.06))
    .range([LEFT, RIGHT]);
  return (
    <Frame
      name="difference"
      width={WIDTH}
      height={bottom + 44}
      label={`Advantage of ${props.sides[0]} over ${props.sides[1]} in ${metric.units}, margin ${metric.margin(margin)}: ${rows.map((row) => titleOf(row, metric)).join("; ")}.`}
    >
      <rect
        class="zone"
        x={px(x(-margin))}
        y={TOP}
        width={px(x(margin) - x(-margin))}
        height={bottom - TOP}
      />
      {[-margin, margin].map((limit) => (
        <line key={limit} class="limit" x1={px(x(limit))} x2={px(x(limit))} y1={TOP - 8} y2={bottom} />
      ))}
      <text class="note accent" {...overZone(x(0))} y={TOP - 14}>
        {`margin ±${metric.margin(margin)}`}
      </text>
      <line class="axis" x1={px(x(0))} x2={px(x(0))} y1={TOP} y2={bottom} />
      {lanes.map(({ row, strip, top }) => {
        const isShown = row.result !== "open";
        const text = { strip, top, width: WIDTH };
        const [lo, hi] = row.interval;
        return (
          <g key={row.name}>
            <StripName {...text} class="label" />
            <IntervalBar
              direction="lying"
              class={isShown ? "chosen" : "open"}
              across={top + strip.height + 16}
              lo={x(lo)}
              mid={x(row.advantage)}
              hi={x(hi)}
              title={titleOf(row, metric)}
            />
            <StripWords {...text} class={isShown ? "label strong" : "label"} />
          </g>
        );
      })}
      <BottomAxis
        ticks={ticksOf(x, 6, metric.tick)}
        left={LEFT}
        right={RIGHT}
        y={bottom}
        title={metric.units}
      />
      <text class="note" x={0} y={bottom + 39}>
        {`← ${second} better`}
      </text>
      <text class="note" x={WIDTH} y={bottom + 39} text-anchor="end">
        {`${first} better →`}
      </text>
    </Frame>
  );
}

/** Place of the margin's words: over the zone, or within the chart where that is at its edge. */
function overZone(middle: number) {
  if (middle < MARGIN_WORDS / 2) return { x: 0, "text-anchor": "start" } as const;
  if (middle > WIDTH - MARGIN_WORDS / 2) return { x: WIDTH, "text-anchor": "end" } as const;
  return { x: px(middle), "text-anchor": "middle" } as const;
}

/** Names under the axis; their order where a name has no room. */
function sideNames(names: readonly [string, string]): readonly [string, string] {
  return names.every((name) => cutToEms(name, SIDE_EMS) === name) ? names : ["first", "second"];
}

function advantageWords({ advantage, interval }: Difference, metric: ShownMetric): string {
  return `${metric.difference(advantage)} (${metric.differenceInterval(interval)})`;
}

function titleOf({ name, advantage, interval }: Advantage, metric: ShownMetric): string {
  return `${name} ${metric.difference(advantage)}, interval ${metric.differenceInterval(interval)}`;
}
