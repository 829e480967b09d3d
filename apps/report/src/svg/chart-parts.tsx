/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { type ScaleLinear, scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import type { ComponentChildren } from "preact";

/** Chart as an image with a label for assistive technology; the numbers are in a table below. */
export function Frame(props: {
  readonly width: number;
  readonly height: number;
  readonly label: string;
  readonly name: string;
  readonly children: ComponentChildren;
}) {
  return (
    <svg
      class={`chart ${props.name}`}
      role="img"
      aria-label={props.label}
      viewBox={`0 0 ${props.width} ${props.height}`}
      width={props.width}
      height={props.height}
    >
      {props.children}
    </svg>
  );
}

interface Tick {
  readonly at: number;
  readonly text: string;
  /** Emphasises the label, for the recommended rank. */
  readonly strong?: boolean;
}

export function ticksOf(
  scale: ScaleLinear<number, number>,
  count: number,
  write: (value: number) => string = String,
): Tick[] {
  return scale.ticks(count).map((value) => ({ at: scale(value), text: write(value) }));
}

/** Horizontal grid lines from `left` to `right`, values on the left. `at` is a vertical position. */
export function ValueAxis(props: {
  readonly ticks: readonly Tick[];
  readonly left: number;
  readonly right: number;
}) {
  return (
    <g>
      {props.ticks.map((tick) => (
        <g key={tick.at}>
          <line class="grid" x1={props.left} x2={props.right} y1={px(tick.at)} y2={px(tick.at)} />
          <text class="tick" x={props.left - 8} y={px(tick.at)} dy="0.32em" text-anchor="end">
            {tick.text}
          </text>
        </g>
      ))}
    </g>
  );
}

/** Labels below a chart, above the axis' name. `at` is a horizontal position. */
export function BottomAxis(props: {
  readonly ticks: readonly Tick[];
  readonly left: number;
  readonly right: number;
  readonly y: number;
  readonly title?: string;
}) {
  const { left, right, y } = props;
  return (
    <g>
      <line class="axis" x1={left} x2={right} y1={y} y2={y} />
      {props.ticks.map((tick) => (
        <g key={tick.at}>
          <line class="axis" x1={px(tick.at)} x2={px(tick.at)} y1={y} y2={y + 4} />
          <text class={tick.strong ? "tick strong" : "tick"} x={px(tick.at)} y={y + 18} text-anchor="middle">
            {tick.text}
          </text>
        </g>
      ))}
      {props.title && (
        <text class="note" x={(left + right) / 2} y={y + 39} text-anchor="middle">
          {props.title}
        </text>
      )}
    </g>
  );
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly title?: string;
}

const path = line<Point>()
  .x((point) => point.x)
  .y((point) => point.y)
  .digits(1);

export function Line(props: {
  readonly points: readonly Point[];
  readonly class: string;
  readonly title?: string;
}) {
  if (props.points.length < 2) return null;
  return (
    <path class={props.class} d={path([...props.points]) ?? ""}>
      {props.title && <title>{props.title}</title>}
    </path>
  );
}

export function Dots(props: {
  readonly points: readonly Point[];
  readonly class: string;
  readonly radius: number;
}) {
  return (
    <g class={props.class}>
      {props.points.map((point, index) => (
        <circle key={index} cx={px(point.x)} cy={px(point.y)} r={props.radius}>
          {point.title && <title>{point.title}</title>}
        </circle>
      ))}
    </g>
  );
}

/** Mean as a dot, interval as a bar, upright or lying. `lo`, `mid`, `hi` are positions along the bar. */
export function IntervalBar(props: {
  readonly direction: "upright" | "lying";
  readonly lo: number;
  readonly mid: number;
  readonly hi: number;
  readonly across: number;
  readonly class: string;
  readonly title: string;
}) {
  const [lo, mid, hi, across] = [px(props.lo), px(props.mid), px(props.hi), px(props.across)];
  const upright = props.direction === "upright";
  const cap = 4;
  const line = (from: number, to: number, left: number, right: number) =>
    upright ? (
      <line x1={left} x2={right} y1={from} y2={to} />
    ) : (
      <line x1={from} x2={to} y1={left} y2={right} />
    );
  return (
    <g class={`interval ${props.class}`}>
      <title>{props.title}</title>
      {line(lo, hi, across, across)}
      {line(lo, lo, across - cap, across + cap)}
      {line(hi, hi, across - cap, across + cap)}
      <circle cx={upright ? across : mid} cy={upright ? mid : across} r={5} />
    </g>
  );
}

interface RankScale {
  /** Horizontal position for a rank, in SVG units. */
  x(rank: number): number;
  readonly gap: number;
  /** Ranks whose labels fit without touching. */
  readonly labelled: readonly number[];
}

/** Least width for a tick's label, in SVG units. */
const LABEL_WIDTH = 26;

/**
 * Ranks on a log2 axis. Rank 0 (the head alone) has no logarithm: it stands a doubling left of the smallest positive
 * rank.
 */
export function rankScale(ranks: readonly number[], left: number, right: number): RankScale {
  const positive = ranks.filter((rank) => rank > 0);
  const smallest = positive.length > 0 ? Math.min(...positive) : 1;
  const exponent = (rank: number) => (rank > 0 ? Math.log2(rank) : Math.log2(smallest) - 1);
  const exponents = ranks.map(exponent).sort((a, b) => a - b);
  const lowest = exponents[0] ?? 0;
  const highest = exponents.at(-1) ?? 0;
  const scale = scaleLinear()
    // a single rank stands in the middle
    .domain(lowest === highest ? [lowest - 1, highest + 1] : [lowest, highest])
    .range([left, right]);
  const x = (rank: number) => scale(exponent(rank));
  const gaps = exponents.slice(1).map((value, index) => scale(value) - scale(exponents[index] ?? value));
  const labelled: number[] = [];
  // Rank labels from the right: without doublings, the largest ranks are crowded.
  for (const rank of [...ranks].sort((a, b) => b - a)) {
    const last = labelled.at(-1);
    if (last === undefined || x(last) - x(rank) >= LABEL_WIDTH) labelled.push(rank);
  }
  return { x, gap: gaps.length > 0 ? Math.min(...gaps) : right - left, labelled: labelled.reverse() };
}

/** SVG coordinate with a single decimal, so that a report with 200 trials stays small. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Smallest and largest finite value, widened by `share` of their distance on both sides. */
export function paddedExtent(values: readonly number[], share: number): [lo: number, hi: number] {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0) return [0, 1];
  const [lo, hi] = [Math.min(...finite), Math.max(...finite)];
  const pad = hi > lo ? (hi - lo) * share : Math.max(Math.abs(hi) * 0.05, 1e-3);
  return [lo - pad, hi + pad];
}

/** Value below which `share` of the values lie; 0 without values. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
