/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ShownCompared } from "../compared.ts";
import { NONE } from "../format.ts";
import { Frame, px } from "../svg/chart-parts.tsx";
import { cutToEms } from "../svg/name-strip.tsx";

const WIDTH = 320;
const TOP = 26;
const BAR = 190;
/** Width of an em in a name, in SVG units. */
const TICK_EM = 12;
/** Height of a bar's row without its name. */
const ROW = 24;
/** Place for ranks, left of their bars; for names of arms, above. */
const ofRanks = { left: 34, above: 0 };
const ofArms = { left: 0, above: 18 };

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
  readonly compared: ShownCompared;
}) {
  const { title, bars, write, compared } = props;
  const { left, above } = compared.isNamed ? ofArms : ofRanks;
  const largest = Math.max(0, ...bars.map((bar) => bar.value ?? 0));
  const words = (bar: CostBar) => (bar.value === undefined ? NONE : write(bar.value));
  return (
    <Frame
      name="cost"
      width={WIDTH}
      height={TOP + (above + ROW) * bars.length}
      label={`${title} by ${compared.one}: ${bars.map((bar) => `${compared.name(bar.rank)} ${words(bar)}`).join("; ")}.`}
    >
      <text class="panel" x={0} y={13}>
        {title}
      </text>
      {bars.map((bar, index) => {
        const y = TOP + (above + ROW) * index + above;
        const tick = bar.isRecommended ? "tick strong" : "tick";
        const width = largest > 0 ? ((bar.value ?? 0) / largest) * BAR : 0;
        return (
          <g key={bar.rank}>
            {compared.isNamed ? (
              <text class={tick} x={left} y={y}>
                {cutToEms(compared.cell(bar.rank), WIDTH / TICK_EM)}
              </text>
            ) : (
              <text class={tick} x={left - 8} y={y + ROW / 2} dy="0.35em" text-anchor="end">
                {bar.rank}
              </text>
            )}
            <rect
              class={bar.isRecommended ? "bar chosen" : "bar"}
              x={left}
              y={y + 4}
              width={px(width)}
              height={ROW - 8}
            >
              <title>{`${compared.label(bar.rank)}: ${words(bar)}`}</title>
            </rect>
            <text class={tick} x={px(left + width + 6)} y={y + ROW / 2} dy="0.35em">
              {words(bar)}
            </text>
          </g>
        );
      })}
    </Frame>
  );
}
