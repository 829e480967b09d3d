/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import { scaleLinear } from "d3-scale";
import { type ShownCompared, shownCompared } from "../compared.ts";
import { bucketMeans, type CurvePoint } from "../data/loss-curves.ts";
import { integer, NONE, significant } from "../format.ts";
import { decisionMetric, type ShownMetric, scoreIn } from "../metric.ts";
import { DataTable, type TableCell } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import { type ReportedSoFar, undecided } from "../reported.ts";
import { Frame, Line } from "../svg/chart-parts.tsx";
import type { LiveState, LiveTrial } from "./live-state.ts";

/** Trials by rank or arm and seed, a running trial with a loss curve. Checks' trials have separate rows. */
export function Trials(props: { readonly state: LiveState; readonly results: ReportedSoFar }) {
  const { phase, trials, stoppable } = props.state;
  const { seeds } = props.results.sweep;
  const compared = shownCompared(props.results.sweep);
  const { one, many, head, least } = compared;
  const metric = decisionMetric(undecided(props.results));
  const rows = new Map<string, LiveTrial[]>();
  for (const trial of trials) {
    const row = `${compared.cell(trial.rank)} ${trial.variant ?? ""}`.trim();
    rows.set(row, [...(rows.get(row) ?? []), trial]);
  }
  const isStoppable = ({ rank, variant }: LiveTrial) => variant === undefined && stoppable.includes(rank);
  const cellOf = (trial: LiveTrial | undefined): TableCell =>
    trial === undefined
      ? ""
      : { id: `cell-${trial.name}`, content: <Cell trial={trial} metric={metric} phase={phase} /> };
  return (
    <Section id="grid" title="Trials">
      <DataTable
        class="live"
        caption={`${metric.title} of the trials that are done, and how far the others are`}
        columns={[
          { head, words: true },
          ...seeds.map((seed) => ({ head: `seed ${seed}` })),
          { head: "Stop", optional: true },
        ]}
        rows={[...rows].map(([row, own]) => ({
          key: row,
          cells: [
            row,
            ...seeds.map((seed) => cellOf(own.find((trial) => trial.seed === seed))),
            isStoppable(own[0]!) ? { content: <StopButton rank={own[0]!.rank} compared={compared} /> } : NONE,
          ],
        }))}
      />
      {stoppable.length > 0 && (
        <p class="fine">
          What is done of a stopped {one} stays. The rest of it is left out until the sweep is run again, and
          without it there is no verdict.
          {least !== undefined && [
            ` To drop ${many} for what their runs show, let a race do it, with `,
            <code>lorank sweep --until settled</code>,
            ": it has a rule that keeps its claims true.",
          ]}
        </p>
      )}
    </Section>
  );
}

/** Button for the stop form, which lies elsewhere on the page. */
function StopButton(props: { readonly rank: number; readonly compared: ShownCompared }) {
  const { rank, compared } = props;
  const words = `Stop ${compared.name(rank)}`;
  return (
    <button
      type="submit"
      form="stop"
      name="rank"
      value={rank}
      aria-label={compared.isNamed ? words : undefined}
    >
      {compared.isNamed ? "Stop" : words}
    </button>
  );
}

function Cell(props: {
  readonly trial: LiveTrial;
  readonly metric: ShownMetric;
  readonly phase: LiveState["phase"];
}) {
  const { trial, metric, phase } = props;
  const { losses = [], points = [] } = trial;
  if (trial.state === "running")
    return (
      <span class="cell running">
        {losses.length > 1 && <Losses losses={losses} />}
        <span>{progressWords(trial)}</span>
        <Points points={points} metric={metric} />
      </span>
    );
  const [tone, words] = endOf(trial, metric, phase);
  return <span class={`cell ${tone}`}>{words}</span>;
}

function endOf(
  trial: LiveTrial,
  metric: ShownMetric,
  phase: LiveState["phase"],
): readonly [tone: "done" | "warn" | "quiet", words: string] {
  switch (trial.state) {
    case "done": {
      if (trial.status !== "completed")
        return ["warn", trial.status === "diverged" ? "diverged" : "out of memory"];
      const score = scoreIn(trial, metric);
      return ["done", score === undefined ? "done" : metric.value(score)];
    }
    case "cancelled":
      return ["quiet", "left out"];
    case "waiting":
      return ["quiet", trial.why ?? (phase === "stopped" ? "not run" : "queued")];
    case "not-asked":
      return ["quiet", NONE];
    default:
      return ["warn", trial.state];
  }
}

function progressWords({ step, steps, resumedFrom, evaluating }: LiveTrial): string {
  if (evaluating !== undefined) return `evaluating ${evaluating.done} of ${evaluating.total}`;
  if (step === undefined) return resumedFrom === undefined ? "loading" : `from step ${integer(resumedFrom)}`;
  return `step ${integer(step)}${steps === undefined ? "" : ` of ${integer(steps)}`}`;
}

/** Training loss curve; 44 points show as much as more would. */
function Losses({ losses }: { readonly losses: readonly CurvePoint[] }) {
  const points = bucketMeans(losses, Math.ceil(losses.length / 44));
  const [first, last] = [losses[0]!, losses.at(-1)!];
  const label = `Training loss from ${significant(first[1])} to ${significant(last[1])} nats`;
  return <Spark points={points} least={0} label={label} />;
}

/** Scores of evaluations on the way: their curve from the second on, and the latest in words. */
function Points(props: Required<Pick<LiveTrial, "points">> & { readonly metric: ShownMetric }) {
  const { metric } = props;
  const points = props.points.flatMap(({ step, ...scores }): CurvePoint[] => {
    const score = scoreIn(scores, metric);
    return score === undefined ? [] : [[step, score]];
  });
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return null;
  const label = `${metric.title} from ${metric.value(first[1])} to ${metric.value(last[1])}`;
  const least = Math.min(...points.map(([, score]) => score));
  return (
    <>
      {points.length > 1 && <Spark points={points} least={least} label={label} />}
      <span>{`${metric.value(last[1])} at step ${integer(last[0])}`}</span>
    </>
  );
}

/** Curve of 88 by 24 pixels; `least` is the value at its foot. */
function Spark(props: {
  readonly points: readonly CurvePoint[];
  readonly least: number;
  readonly label: string;
}) {
  const { points, least, label } = props;
  const most = Math.max(...points.map(([, value]) => value));
  const x = scaleLinear([points[0]![0], points.at(-1)![0]], [1, 87]);
  const y = scaleLinear([least, most === least ? least + 1 : most], [23, 2]);
  return (
    <Frame name="spark" width={88} height={24} label={label}>
      <Line class="mean" points={points.map(([step, value]) => ({ x: x(step), y: y(value) }))} />
    </Frame>
  );
}
