/** @jsxRuntime automatic */
/** @jsxImportSource preact */
import type { VNode } from "preact";
import { render } from "preact-render-to-string";
import { cleanStrings } from "../clean-text.ts";
import { duration } from "../format.ts";
import { DataTable, type TableCell } from "../parts/data-table.tsx";
import { Section } from "../parts/section.tsx";
import { Cell } from "./cell.tsx";
import { LiveDifferences } from "./differences.tsx";
import {
  isStoppable,
  type LiveState,
  type LiveTrial,
  metricOf,
  question,
  roughTime,
  stateWords,
  timeBeside,
} from "./live-state.ts";

/** In characters: the rest is in the trial's output. */
const LONGEST_REASON = 300;

/** Parts of the page that change while a sweep runs: HTML by the `id` of its element. */
export type LiveParts = Readonly<Record<string, string>>;

export function liveParts(dirty: LiveState): LiveParts {
  const state = cleanStrings(dirty);
  const metric = metricOf(state);
  const parts: Record<string, VNode> = {
    title: <>{`${state.done}/${state.total} · ${state.name}: ${question(state)}`}</>,
    state: <>{stateWords(state)}</>,
    time: (
      <>
        <Time state={state} />
        {state.phase === "stopped" && (
          <p>
            To go on: <code>{state.commands.resume}</code>
          </p>
        )}
      </>
    ),
    queue: <Queue state={state} />,
  };
  if (state.ranks.length > 0) {
    parts.pairs = <LiveDifferences state={state} />;
    parts.problems = <Problems trials={state.trials} />;
  }
  for (const trial of state.trials)
    parts[cellId(trial)] = <Cell trial={trial} metric={metric} phase={state.phase} />;
  // A page of a stopped sweep has no place for them; its script loads it anew when they come.
  if (isStoppable(state))
    for (const rank of state.ranks) parts[stopId(rank)] = <StopButton state={state} rank={rank} />;
  return Object.fromEntries(Object.entries(parts).map(([id, part]) => [id, render(part)]));
}

function cellId({ name }: Pick<LiveTrial, "name">): string {
  return `cell-${name}`;
}

export function stopId(rank: number): string {
  return `stop-r${rank}`;
}

function Time(props: { readonly state: LiveState }) {
  const { spent, expected } = props.state.trialSeconds;
  if (expected === undefined || expected <= 0) return <p>{duration(spent)} spent in trials so far</p>;
  const words = `${timeBeside(spent, expected)} spent in trials, of about ${roughTime(expected)} planned`;
  return (
    <p>
      <progress max={Math.round(expected)} value={Math.round(spent)} aria-label={words} />
      {words}
    </p>
  );
}

/** Reasons why jobs stay in a scheduler's queue. */
function Queue(props: { readonly state: LiveState }) {
  const { queue = [] } = props.state;
  if (queue.length === 0) return null;
  return (
    <ul class="problems">
      {queue.map(({ words, command }) => (
        <li key={words}>
          {words}
          {command && [": ", <code>{command}</code>]}
        </li>
      ))}
    </ul>
  );
}

/** Why trials have no result; `lorank logs` shows more. */
function Problems(props: { readonly trials: readonly LiveTrial[] }) {
  const ended = props.trials.filter(
    ({ state, why }) => (state === "failed" || state === "lost") && why !== undefined,
  );
  if (ended.length === 0) return null;
  return (
    <ul class="problems">
      {ended.map(({ name, why }) => (
        <li key={name}>
          {name} {why!.slice(0, LONGEST_REASON)}
        </li>
      ))}
    </ul>
  );
}

/** Nothing where there is nothing to stop. */
function StopButton(props: { readonly state: LiveState; readonly rank: number }) {
  const { state, rank } = props;
  const isLeft = ({ rank: of, state }: LiveTrial) =>
    of === rank && state !== "done" && state !== "not-asked" && state !== "cancelled";
  if (state.phase !== "running" || !state.trials.some(isLeft)) return null;
  return (
    <button type="submit" name="rank" value={rank}>
      Stop rank {rank}
    </button>
  );
}

/**
 * The sections of a sweep that runs, its trials and the differences so far, as HTML for a page of one's own. What
 * {@link liveParts} gives later has its places in it, but for `title`, `state`, `time`, `queue` and `stop-r…`.
 */
export function renderLiveSections(dirty: LiveState): string {
  const state = cleanStrings(dirty);
  return render(<LiveSections state={state} parts={liveParts(state)} />);
}

/** The places of parts. What is in them has been rendered, and with that escaped. */
export function partOf(parts: LiveParts) {
  return (id: string) => ({ id, dangerouslySetInnerHTML: { __html: parts[id] ?? "" } });
}

export function LiveSections(props: { readonly state: LiveState; readonly parts: LiveParts }) {
  const { state } = props;
  const part = partOf(props.parts);
  const checks = state.trials.filter(({ variant }) => variant !== undefined);
  return (
    <>
      <Section id="trials" title="Trials">
        <Grid state={state} parts={props.parts} />
        <div {...part("problems")} />
        {checks.length > 0 && (
          <ul class="checks">
            {checks.map((trial) => (
              <li key={trial.name}>
                {trial.name} <span {...part(cellId(trial))} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section id="so-far" title="Differences so far">
        <div {...part("pairs")} />
      </Section>
    </>
  );
}

function Grid(props: { readonly state: LiveState; readonly parts: LiveParts }) {
  const { ranks, seeds, trials } = props.state;
  const compared = trials.filter(({ variant }) => variant === undefined);
  const cellOf = (rank: number, seed: number): TableCell => {
    const trial = compared.find((one) => one.rank === rank && one.seed === seed);
    return trial ? { id: cellId(trial), html: props.parts[cellId(trial)] ?? "" } : "";
  };
  return (
    <DataTable
      class="live"
      caption={`${metricOf(props.state).title} of the trials that are done, and how far the others are`}
      columns={[{ head: "Rank", words: true }, ...seeds.map((seed) => ({ head: `seed ${seed}` }))]}
      rows={ranks.map((rank) => ({
        key: rank,
        cells: [String(rank), ...seeds.map((seed) => cellOf(rank, seed))],
      }))}
    />
  );
}
