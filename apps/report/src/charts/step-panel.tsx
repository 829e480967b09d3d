/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { type ScaleLinear, scaleLinear } from "d3-scale";
import type { ComponentChildren } from "preact";
import type { ShownCompared } from "../compared.ts";
import { integer } from "../format.ts";
import { BottomAxis, Frame, Line, type Point, ticksOf, ValueAxis } from "../svg/chart-parts.tsx";
import { cutToEms } from "../svg/name-strip.tsx";

const HEIGHT = 220;
const LEFT = 40;
const TOP = 30;
const BOTTOM = HEIGHT - 42;
/** Width of an em in a panel's title, in SVG units. */
const PANEL_EM = 13;

/** Place of steps and values in a panel, in SVG units. */
export interface PanelScale {
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Scale of a panel for steps from 0 and values in `range`. */
export function panelScale(steps: number, range: readonly [number, number], width: number): PanelScale {
  const right = width - 10;
  return {
    x: scaleLinear()
      .domain([0, Math.max(1, steps)])
      .range([LEFT, right]),
    y: scaleLinear().domain(range).range([BOTTOM, TOP]),
    right,
    top: TOP,
    bottom: BOTTOM,
  };
}

/** Panel of a chart by steps, titled by a rank or an arm, with both axes. */
export function StepPanel(props: {
  readonly scale: PanelScale;
  readonly name: string;
  readonly title: string;
  readonly isStrong: boolean;
  readonly label: string;
  /** Room to the right of the title, in SVG units. */
  readonly titleMargin?: number;
  /** Writes a value at its tick. (default: as it is) */
  readonly write?: (value: number) => string;
  readonly children: ComponentChildren;
}) {
  const { scale, name, title, isStrong, label, titleMargin = 10, write, children } = props;
  const { x, y, right } = scale;
  const width = right + 10;
  return (
    <Frame name={name} width={width} height={HEIGHT} label={label}>
      <text class={isStrong ? "panel strong" : "panel"} x={LEFT} y={15}>
        {cutToEms(title, (width - LEFT - titleMargin) / PANEL_EM)}
      </text>
      <ValueAxis ticks={ticksOf(y, 4, write)} left={LEFT} right={right} />
      <BottomAxis ticks={ticksOf(x, 4, integer)} left={LEFT} right={right} y={BOTTOM} title="step" />
      {children}
    </Frame>
  );
}

/** Means of the other ranks, behind a panel's own. */
export function MeansBehind<Mean>(props: {
  readonly ranks: readonly { readonly rank: number; readonly mean: Mean }[];
  readonly own: number;
  readonly place: (mean: Mean) => readonly Point[];
  readonly compared: ShownCompared;
}) {
  const { ranks, own, place, compared } = props;
  return (
    <>
      {ranks
        .filter(({ rank }) => rank !== own)
        .map(({ rank, mean }) => (
          <Line key={rank} class="behind" points={place(mean)} title={`mean of ${compared.label(rank)}`} />
        ))}
    </>
  );
}

/** Panels side by side, four in a row if they fill such rows, lest one stands alone in the last. */
export function Panels<Item>(props: {
  readonly of: readonly Item[];
  /** Panel of an item, by its width in SVG units. */
  readonly panel: (item: Item, width: number) => ComponentChildren;
}) {
  const { of, panel } = props;
  const byFour = of.length % 4 === 0;
  return (
    <div class={byFour ? "panels by-four" : "panels"}>
      {of.map((item) => panel(item, byFour ? 250 : 330))}
    </div>
  );
}
