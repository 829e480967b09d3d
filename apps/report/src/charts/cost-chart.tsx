/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { NONE } from "../format.ts";
import { Frame, px } from "../svg/chart-parts.tsx";

const WIDTH = 320;
const ROW = 24;
const TOP = 26;
const LEFT = 34;
const BAR = 190;

interface CostBar {
  readonly rank: number;
  readonly isRecommended: boolean;
  readonly value: number | undefined;
}

/** Bar chart of one cost (time, memory, bytes) by rank, from zero, with values. */
export function CostChart(props: {
  readonly title: string;
  readonly bars: readonly CostBar[];
  readonly write: (value: number) => string;
}) {
  const { title, bars, write } = props;
  const largest = Math.max(0, ...bars.map((bar) => bar.value ?? 0));
  const words = (bar: CostBar) => (bar.value === undefined ? NONE : write(bar.value));
  return (
    <Frame
      name="cost"
      width={WIDTH}
      height={TOP + ROW * bars.length}
      label={`${title} by rank: ${bars.map((bar) => `rank ${bar.rank} ${words(bar)}`).join("; ")}.`}
    >
      <text class="panel" x={0} y={13}>
        {title}
      </text>
      {bars.map((bar, index) => {
        const y = TOP + ROW * index;
        const tick = bar.isRecommended ? "tick strong" : "tick";
        const width = largest > 0 ? ((bar.value ?? 0) / largest) * BAR : 0;
        return (
          <g key={bar.rank}>
            <text class={tick} x={LEFT - 8} y={y + ROW / 2} dy="0.35em" text-anchor="end">
              {bar.rank}
            </text>
            <rect
              class={bar.isRecommended ? "bar chosen" : "bar"}
              x={LEFT}
              y={y + 4}
              width={px(width)}
              height={ROW - 8}
            >
              <title>{`rank ${bar.rank}: ${words(bar)}`}</title>
            </rect>
            <text class={tick} x={px(LEFT + width + 6)} y={y + ROW / 2} dy="0.35em">
              {words(bar)}
            </text>
          </g>
        );
      })}
    </Frame>
  );
}
