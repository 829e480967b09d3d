/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { costFigure, type RankRow } from "@lorank/evidence/results";
import { scaleLinear } from "d3-scale";
import type { ShownCompared } from "../compared.ts";
import { meanAndInterval } from "../metric.ts";
import { BottomAxis, Dots, Frame, IntervalBar, px, ticksOf } from "../svg/chart-parts.tsx";
import { cutToEms, type NameStrip, nameStrip, StripName, StripWords } from "../svg/name-strip.tsx";
import { describe, type QualityShown, qualityExtent, runTitle } from "./quality-chart.tsx";

const WIDTH = 500;
const TOP = 24;
const LEFT = 22;
const RIGHT = WIDTH - 22;
/** Height for a row's marks, below its strip. */
const MARKS = 40;

/** Quality metric by arm, a row each under its name and cost: a dot per run, and the mean with its interval. */
export function ArmQualityChart(props: QualityShown & { readonly compared: ShownCompared }) {
  const { rows, runs, metric, compared } = props;
  const { near, extent } = qualityExtent(props);
  const x = scaleLinear().domain(extent).range([LEFT, RIGHT]);
  let end = TOP;
  const lanes = rows.map((row) => {
    const cost = compared.costOf(row.rank);
    const strip = nameStrip(compared.label(row.rank), cost === undefined ? "" : costFigure(cost));
    const top = end;
    end += strip.height + MARKS;
    return { row, strip, top };
  });
  const bottom = end + (near === undefined ? 4 : 20);
  return (
    <Frame
      name="quality arms"
      width={WIDTH}
      height={bottom + 26}
      label={`${metric.title} by ${compared.by}: ${rows.map((row) => describe(row, metric, compared)).join("; ")}.`}
    >
      <text class="note" x={0} y={14}>
        {cutToEms(compared.by, 15)}
      </text>
      {compared.cost && (
        <text class="note" x={WIDTH} y={14} text-anchor="end">
          {cutToEms(compared.cost.of, 12)}
        </text>
      )}
      {x.ticks(5).map((value) => (
        <line key={value} class="grid" x1={px(x(value))} x2={px(x(value))} y1={TOP} y2={bottom} />
      ))}
      {near !== undefined && <Majority at={x(near)} />}
      {lanes.map(Lane)}
      <BottomAxis
        ticks={ticksOf(x, 5, x.tickFormat(5, metric.suffix || undefined))}
        left={LEFT}
        right={RIGHT}
        y={bottom}
      />
    </Frame>
  );

  function Majority({ at }: { readonly at: number }) {
    return (
      <>
        <line class="majority" x1={px(at)} x2={px(at)} y1={TOP} y2={bottom} />
        <text class="note" x={px(at)} y={bottom - 6} text-anchor={at > WIDTH / 2 ? "end" : "start"}>
          always the most frequent class
        </text>
      </>
    );
  }

  function Lane({
    row,
    strip,
    top,
  }: {
    readonly row: RankRow;
    readonly strip: NameStrip;
    readonly top: number;
  }) {
    const score = meanAndInterval(row.summary, metric);
    const name = { strip, top, width: WIDTH, class: row.isRecommended ? "label strong" : "label" };
    const own = runs.filter(({ rank }) => rank === row.rank);
    const y = top + strip.height;
    return (
      <g key={row.rank}>
        <StripName {...name} />
        <StripWords {...name} />
        <Dots
          class="seed"
          radius={3}
          points={own.map((run) => ({ x: x(run.value), y: y + 11, title: runTitle(run, metric, compared) }))}
        />
        {score && (
          <IntervalBar
            direction="lying"
            class={row.isRecommended ? "chosen" : "plain"}
            across={y + 26}
            mid={x(score.mean)}
            lo={x(score.interval[0])}
            hi={x(score.interval[1])}
            title={describe(row, metric, compared)}
          />
        )}
      </g>
    );
  }
}
