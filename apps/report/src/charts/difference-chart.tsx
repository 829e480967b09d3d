/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { Decision, RankSummary } from "@lorank/evidence/results";
import { scaleLinear } from "d3-scale";
import { type ShownCompared, shownCompared } from "../compared.ts";
import type { ShownMetric } from "../metric.ts";
import { BottomAxis, Frame, IntervalBar, paddedExtent, px, ticksOf } from "../svg/chart-parts.tsx";
import { type NameStrip, nameStrip, StripName, StripWords } from "../svg/name-strip.tsx";

const WIDTH = 560;
/** Height for a row's marks, below its strip. */
const MARKS = 30;
const TOP = 34;
const LEFT = 8;
const RIGHT = WIDTH - 8;

type Scale = (difference: number) => number;

/** Paired difference to the best by rank, with interval, and certified bound against the margin. */
export function DifferenceChart(props: {
  readonly decision: Decision;
  /** Ranks to draw. (default: all) */
  readonly ranks?: readonly RankSummary[];
  readonly metric: ShownMetric;
}) {
  const { decision, metric, ranks = decision.ranks } = props;
  const { margin, bestRank } = decision;
  const compared = shownCompared(decision);
  const best = compared.name(bestRank!);
  const words = ranks.map((rank) => describe(rank, decision, metric, compared));
  const values = ranks.flatMap((rank) => [...rank.differenceInterval, boundOf(rank, metric) ?? 0]);
  let end = TOP;
  const rows = ranks.map((rank) => {
    const strip = nameStrip(compared.label(rank.rank), differenceWords(rank, decision, metric));
    const top = end;
    end += strip.height + MARKS;
    return { rank, strip, top };
  });
  const bottom = end + 4;
  const limit = -metric.sign * margin; // margin line: a larger loss is too large
  const x = scaleLinear()
    .domain(paddedExtent([0, limit, -limit / 2, ...values], 0.06))
    .range([LEFT, RIGHT]);
  const [zoneLeft, zoneRight] = metric.sign === 1 ? [x(limit), RIGHT] : [LEFT, x(limit)];
  const [toLeft, toRight] = metric.sign === 1 ? ["← worse", "better →"] : ["← better", "worse →"];
  return (
    <Frame
      name="difference"
      width={WIDTH}
      height={bottom + 44}
      label={`Difference to ${best} in ${metric.units}, margin ${metric.margin(margin)}: ${words.join("; ")}.`}
    >
      <rect class="zone" x={px(zoneLeft)} y={TOP} width={px(zoneRight - zoneLeft)} height={bottom - TOP} />
      <line class="limit" x1={px(x(limit))} x2={px(x(limit))} y1={TOP - 8} y2={bottom} />
      <text class="note accent" x={px(x(limit))} y={TOP - 14} text-anchor="middle">
        {`margin ${metric.difference(limit)}`}
      </text>
      <line class="axis" x1={px(x(0))} x2={px(x(0))} y1={TOP} y2={bottom} />
      {rows.map((row) => (
        <Row key={row.rank.rank} {...row} decision={decision} metric={metric} compared={compared} x={x} />
      ))}
      <BottomAxis
        ticks={ticksOf(x, 6, metric.tick)}
        left={LEFT}
        right={RIGHT}
        y={bottom}
        title={`${toLeft}\u2003${metric.units} from ${compared.isNamed ? "the best mean" : best}\u2003${toRight}`}
      />
    </Frame>
  );
}

function Row(props: {
  readonly top: number;
  readonly rank: RankSummary;
  readonly decision: Decision;
  readonly strip: NameStrip;
  readonly metric: ShownMetric;
  readonly compared: ShownCompared;
  readonly x: Scale;
}) {
  const { top, rank, strip, decision, metric, compared, x } = props;
  const y = top + strip.height + 16; // bar's height; words stand above it on a strip without lines
  const isBest = rank.rank === decision.bestRank;
  const isChosen = rank.rank === decision.rank;
  const text = { strip, top, width: WIDTH, class: isChosen ? "label strong" : "label" };
  const [lo, hi] = rank.differenceInterval;
  const bound = boundOf(rank, metric); // triangle's position: the certified bound
  return (
    <g>
      <StripName {...text} />
      {isBest ? (
        <path class={isChosen ? "best chosen" : "best"} d={`M${px(x(0))} ${y - 7}l7 7l-7 7l-7 -7z`}>
          <title>{`${compared.name(rank.rank)} has the best mean`}</title>
        </path>
      ) : (
        <IntervalBar
          direction="lying"
          class={isChosen ? "chosen" : "plain"}
          across={y}
          lo={x(lo)}
          mid={x(rank.differenceToBest)}
          hi={x(hi)}
          title={describe(rank, decision, metric, compared)}
        />
      )}
      {bound !== undefined && (
        <path
          class={isAdequate(rank, decision) ? "bound inside" : "bound"}
          d={`M${px(px(x(bound)) - 5)} ${y - 15}h10l-5 7z`}
        >
          <title>{`behind any other ${compared.one} by at most ${metric.amount(Math.abs(bound))} ${metric.units}`}</title>
        </path>
      )}
      <StripWords {...text} />
    </g>
  );
}

/** Certified bound on a rank's loss, as a difference: on the worse side of 0, or 0 when no other rank can be better. */
function boundOf(rank: RankSummary, metric: ShownMetric): number | undefined {
  return rank.shortfallBound === undefined ? undefined : 0 - metric.sign * Math.max(0, rank.shortfallBound);
}

/** True for an adequate rank: no other is better by more than the margin, at the decision's confidence. */
export function isAdequate(rank: RankSummary, decision: Decision): boolean {
  return rank.shortfallBound !== undefined && rank.shortfallBound <= decision.margin;
}

function differenceWords(rank: RankSummary, decision: Decision, metric: ShownMetric): string {
  if (rank.rank === decision.bestRank) return "best mean";
  return `${metric.difference(rank.differenceToBest)} (${metric.differenceInterval(rank.differenceInterval)})`;
}

function describe(
  { rank, differenceToBest, differenceInterval }: RankSummary,
  decision: Decision,
  metric: ShownMetric,
  { name }: ShownCompared,
): string {
  if (rank === decision.bestRank) return `${name(rank)} has the best mean`;
  return `${name(rank)} ${metric.difference(differenceToBest)}, interval ${metric.differenceInterval(differenceInterval)}`;
}
