/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { scaleLinear } from "d3-scale";
import { bucketMeans, type CurvePoint } from "../data/loss-curves.ts";
import { integer, NONE, significant } from "../format.ts";
import { type ShownMetric, scoreIn } from "../metric.ts";
import { Frame, Line } from "../svg/chart-parts.tsx";
import type { LiveState, LiveTrial } from "./live-state.ts";

const WIDTH = 88;
const HEIGHT = 24;
/** More points than that do not show. */
const MOST_POINTS = 44;

/** A trial in a word or two; one that runs with its curve. */
export function Cell(props: {
  readonly trial: LiveTrial;
  readonly metric: ShownMetric;
  readonly phase: LiveState["phase"];
}) {
  const { trial, metric, phase } = props;
  switch (trial.state) {
    case "done":
      return <Done trial={trial} metric={metric} />;
    case "running":
      return (
        <span class="cell running">
          {(trial.losses?.length ?? 0) > 1 && <Curve losses={trial.losses!} />}
          <span>{doing(trial)}</span>
        </span>
      );
    case "failed":
      return <span class="cell warn">failed</span>;
    case "lost":
      return <span class="cell warn">lost</span>;
    case "cancelled":
      return <span class="cell quiet">left out</span>;
    case "waiting":
      return <span class="cell quiet">{trial.why ?? (phase === "stopped" ? "not run" : "queued")}</span>;
    case "not-asked":
      return (
        <span class="cell quiet" title="not asked for so far">
          {NONE}
        </span>
      );
  }
}

function Done(props: { readonly trial: LiveTrial; readonly metric: ShownMetric }) {
  const { status } = props.trial;
  if (status === "diverged") return <span class="cell warn">diverged</span>;
  if (status === "out-of-memory") return <span class="cell warn">out of memory</span>;
  const score = scoreIn(props.trial, props.metric);
  return <span class="cell done">{score === undefined ? "done" : props.metric.value(score)}</span>;
}

function doing({ step, steps, resumedFrom, evaluating }: LiveTrial): string {
  if (evaluating !== undefined) return `evaluating ${evaluating.done} of ${evaluating.total}`;
  if (step === undefined) return resumedFrom === undefined ? "loading" : `from step ${integer(resumedFrom)}`;
  return `step ${integer(step)}${steps === undefined ? "" : ` of ${integer(steps)}`}`;
}

function Curve(props: { readonly losses: readonly CurvePoint[] }) {
  const { losses } = props;
  const points = bucketMeans(losses, Math.ceil(losses.length / MOST_POINTS));
  const [first, last] = [losses[0]!, losses.at(-1)!];
  const x = scaleLinear()
    .domain([first[0], last[0]])
    .range([1, WIDTH - 1]);
  const top = Math.max(...points.map(([, loss]) => loss)) || 1;
  const y = scaleLinear()
    .domain([0, top])
    .range([HEIGHT - 1, 2]);
  return (
    <Frame
      name="spark"
      width={WIDTH}
      height={HEIGHT}
      label={`Training loss from ${significant(first[1])} to ${significant(last[1])} nats`}
    >
      <Line class="mean" points={points.map(([step, loss]) => ({ x: x(step), y: y(loss) }))} />
    </Frame>
  );
}
