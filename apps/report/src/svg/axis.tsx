/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { px } from "./numbers.ts";

export interface Tick {
  readonly at: number;
  readonly text: string;
  /** Stands out: the recommended rank. */
  readonly strong?: boolean;
}

/** Horizontal grid lines from `left` to `right` with their values left of them. `at` is a vertical position. */
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

/** Labels below a chart, the axis' name under them. `at` is a horizontal position. */
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
