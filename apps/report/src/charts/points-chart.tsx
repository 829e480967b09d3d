/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { ShownCompared } from "../compared.ts";
import type { PointCurves, RankPointCurves, ScoreAtStep } from "../data/point-curves.ts";
import { integer } from "../format.ts";
import type { ShownMetric } from "../metric.ts";
import { Dots, Line, type Point, px } from "../svg/chart-parts.tsx";
import { MeansBehind, panelScale, StepPanel } from "./step-panel.tsx";

/** Panel for a rank: its runs' scores faint, their mean strong, other ranks' means behind, and the chosen step. */
export function PointsChart(props: {
  readonly curves: PointCurves;
  readonly rank: RankPointCurves;
  readonly compared: ShownCompared;
  readonly metric: ShownMetric;
  /** Chosen step, marked by a line; absent before a decision. */
  readonly step?: number | undefined;
  /** Panel width in SVG units. */
  readonly width?: number;
}) {
  const { curves, rank, compared, metric, step, width = 330 } = props;
  const scale = panelScale(curves.steps, curves.range, width);
  const { x, y, top, bottom } = scale;
  const name = compared.label(rank.rank);
  const place = (points: readonly ScoreAtStep[]): Point[] =>
    points.map(([at, score]) => ({
      x: x(at),
      y: y(score),
      title: `${name}, step ${integer(at)}: ${metric.value(score)}`,
    }));
  const chosen = rank.isRecommended ? "chosen" : "";
  return (
    <StepPanel
      scale={scale}
      name="loss"
      title={name}
      isStrong={rank.isRecommended}
      label={describe(rank, compared, metric)}
      write={metric.tick}
    >
      {step !== undefined && (
        <line class="look" x1={px(x(step))} x2={px(x(step))} y1={top} y2={bottom}>
          <title>{`chosen step: ${integer(step)}`}</title>
        </line>
      )}
      {rank.runs.map((run) => (
        <Line key={run.seed} class="faint" points={place(run.points)} title={`${name}, seed ${run.seed}`} />
      ))}
      <MeansBehind ranks={curves.ranks} own={rank.rank} place={place} compared={compared} />
      <Line class={`mean ${chosen}`.trim()} points={place(rank.mean)} title={`mean of ${name}`} />
      <Dots class={`point ${chosen}`.trim()} points={place(rank.mean)} radius={3} />
    </StepPanel>
  );
}

function describe({ rank, mean }: RankPointCurves, compared: ShownCompared, metric: ShownMetric): string {
  const [[first, score], [last, end]] = [mean[0]!, mean.at(-1)!];
  const title = `${metric.title} of ${compared.name(rank)} along the training`;
  return `${title}: ${metric.value(score)} after step ${integer(first)}, ${metric.value(end)} after step ${integer(last)}.`;
}
