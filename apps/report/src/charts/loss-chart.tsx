/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ShownCompared } from "../compared.ts";
import type { CurvePoint, LossCurves, RankCurves } from "../data/loss-curves.ts";
import { integer, significant } from "../format.ts";
import { Line, type Point, px } from "../svg/chart-parts.tsx";
import { MeansBehind, panelScale, StepPanel } from "./step-panel.tsx";

/** Panel for a rank, on axes shared by all ranks: seeds faint, smoothed mean strong, other ranks' means behind. */
export function LossChart(props: {
  readonly curves: LossCurves;
  readonly rank: RankCurves;
  readonly compared: ShownCompared;
  /** Panel width in SVG units: 330 for three panels side by side, 250 for four. */
  readonly width?: number;
}) {
  const { curves, rank, compared, width = 330 } = props;
  const name = compared.label(rank.rank);
  const top = curves.ceiling;
  const scale = panelScale(curves.steps, [0, top], width);
  const { x, y, right } = scale;
  const place = (points: readonly CurvePoint[]): Point[] =>
    upToCeiling(points, top).map(([step, loss]) => ({ x: x(step), y: y(Math.min(loss, top)) }));
  const diverged = rank.seeds.filter((seed) => seed.divergedAtStep !== undefined);

  return (
    <StepPanel
      scale={scale}
      name="loss"
      title={name}
      isStrong={rank.isRecommended}
      label={describe(rank, compared)}
      titleMargin={rank.diverged > 0 ? 90 : 10}
    >
      {rank.seeds.map((seed) => (
        <Line
          key={seed.seed}
          class="faint"
          points={place(seed.points)}
          title={`${name}, seed ${seed.seed}`}
        />
      ))}
      <MeansBehind ranks={curves.ranks} own={rank.rank} place={place} compared={compared} />
      <Line
        class={rank.isRecommended ? "mean chosen" : "mean"}
        points={place(rank.mean)}
        title={`mean of ${name}`}
      />
      {diverged.map((seed) => (
        <Cross
          key={seed.seed}
          x={x(seed.divergedAtStep ?? 0)}
          y={y(Math.min(seed.points.at(-1)?.[1] ?? top, top))}
          title={`${name}, seed ${seed.seed}: diverged at step ${integer(seed.divergedAtStep ?? 0)}`}
        />
      ))}
      {rank.diverged > 0 && (
        <text class="note warn" x={right} y={15} text-anchor="end">
          {`× ${rank.diverged} diverged`}
        </text>
      )}
    </StepPanel>
  );
}

function Cross(props: { readonly x: number; readonly y: number; readonly title: string }) {
  return (
    <path class="cross" d={`M${px(props.x - 4)} ${px(props.y - 4)}l8 8m0 -8l-8 8`}>
      <title>{props.title}</title>
    </path>
  );
}

/** Cuts a diverging run where it leaves the panel's upper edge for good; a spike returns. */
function upToCeiling(points: readonly CurvePoint[], top: number): readonly CurvePoint[] {
  const lastInside = points.findLastIndex(([, loss]) => loss <= top);
  return points.slice(0, lastInside + 2);
}

function describe(rank: RankCurves, compared: ShownCompared): string {
  const name = compared.name(rank.rank);
  const [first, last] = [rank.mean[0], rank.mean.at(-1)];
  if (!first || !last) return `Training loss of ${name}: no completed run.`;
  return `Training loss of ${name}: from ${significant(first[1])} to ${significant(last[1])} nats over ${integer(last[0])} steps.`;
}
