/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { line } from "d3-shape";
import { px } from "./numbers.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
  /** Shown when the pointer rests on it. */
  readonly title?: string;
}

const path = line<Point>()
  .x((point) => point.x)
  .y((point) => point.y)
  .digits(1);

/** A polyline; nothing for fewer than two points. */
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

/** One small circle a point. */
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

/** A mean as a dot with its interval as a bar, upright or lying. `lo`, `mid`, `hi` are positions along the bar. */
export function IntervalBar(props: {
  readonly direction: "upright" | "lying";
  readonly lo: number;
  readonly mid: number;
  readonly hi: number;
  /** Position across the bar. */
  readonly across: number;
  readonly class: string;
  readonly title: string;
}) {
  const [lo, mid, hi, across] = [px(props.lo), px(props.mid), px(props.hi), px(props.across)];
  const upright = props.direction === "upright";
  const cap = 4;
  const ends = [lo, hi].map((end) =>
    upright
      ? { x1: across - cap, x2: across + cap, y1: end, y2: end }
      : { x1: end, x2: end, y1: across - cap, y2: across + cap },
  );
  const bar = upright
    ? { x1: across, x2: across, y1: lo, y2: hi }
    : { x1: lo, x2: hi, y1: across, y2: across };
  return (
    <g class={`interval ${props.class}`}>
      <title>{props.title}</title>
      <line {...bar} />
      {ends.map((end, index) => (
        <line key={index} {...end} />
      ))}
      <circle cx={upright ? across : mid} cy={upright ? mid : across} r={5} />
    </g>
  );
}
