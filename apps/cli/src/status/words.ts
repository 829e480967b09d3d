import { counted, wholeNumber } from "@lorank/core";
import { metricNames } from "@lorank/evidence/names";
import { comparedIn, figure, metricOf, type OfAxis, scoreIn } from "@lorank/evidence/results";
import type { SweepStatus, TrialStatus } from "@lorank/sweep/folder";
import type { SchedulerJob } from "../executors/executor.ts";
import { renderTable, type TextColumn } from "../output.ts";
import { rankColumn } from "../rank-column.ts";
import { duration, plainText } from "../text.ts";

/** Line on a trial's activity or failure; undefined if the table says it all. `metric`: the verdict's. */
export function trialWords(trial: TrialStatus, metric = metricOf().name): string | undefined {
  switch (trial.state) {
    case "running": {
      const { attempt, seconds, secondsLeft } = trial;
      // Longer than trials of its rank took, it says nothing of its end.
      const left = secondsLeft ? [`about ${duration(secondsLeft)} left`] : [];
      return [
        `attempt ${attempt}${placeWords(trial)}`,
        ...doing(trial),
        ...scored(trial, metric),
        `${duration(seconds)} so far`,
        ...left,
      ].join(", ");
    }
    case "lost": {
      const { attempt, isGone, secondsSilent } = trial;
      const why = isGone ? "its process is gone" : `not heard of for ${duration(secondsSilent)}`;
      return [`lost: attempt ${attempt}${placeWords(trial)}`, ...doing(trial), why].join(", ");
    }
    case "failed":
      return `failed: attempt ${trial.attempt}, ${firstLine(trial.reason)}`;
    default:
      return undefined;
  }
}

/** {@link trialWords}, with the last line that a failed trial printed. */
export function trialLine(trial: TrialStatus, metric = metricOf().name): string | undefined {
  const [, ...printed] = trial.state === "failed" ? trial.reason.trimEnd().split("\n") : [];
  const last = printed.at(-1);
  const words = trialWords(trial, metric);
  return last === undefined ? words : `${words} ${plainText(last.trim())}`;
}

type Begun = Extract<TrialStatus, { state: "running" | "lost" }>;

function placeWords({ host, device, where }: Begun): string {
  const on = host === undefined ? "" : ` on ${plainText(host)}`;
  const inside = [device, where === undefined ? undefined : `job ${where}`].filter(
    (one) => one !== undefined,
  );
  return inside.length === 0 ? on : `${on} (${plainText(inside.join(", "))})`;
}

function doing({ step, steps, loss, evaluating, resumedFrom }: Begun): string[] {
  const from =
    resumedFrom === undefined
      ? []
      : [`goes on from step ${wholeNumber(resumedFrom)} of ${wholeNumber(steps!)}`];
  if (evaluating !== undefined) return [...from, `evaluating ${evaluating.done} of ${evaluating.total}`];
  if (step === undefined) return from.length > 0 ? from : ["loading"];
  return [...from, `step ${step}${steps === undefined ? "" : ` of ${steps}`}`, `loss ${loss!.toFixed(3)}`];
}

/** Latest evaluation on the way in words, if it has the metric's score: `accuracy 0.912 at step 50`. */
function scored({ point }: Begun, name: SweepStatus["metric"]): string[] {
  const metric = metricOf(name);
  const score = point && scoreIn(point, metric);
  if (score === undefined) return [];
  return [`${metric.noun} ${figure(score, metric)}${metric.suffix} at step ${point!.step}`];
}

function firstLine(text: string): string {
  return plainText(text.split("\n", 1)[0]!);
}

/** Scheduler's job in words: `job 70_4 (r16-s3): queued, Priority`, then advice with a command. */
export function jobWords(job: SchedulerJob, trials: readonly TrialStatus[]): string[] {
  const { words, command } = job.advice ?? {};
  return [
    jobLine(job, trials),
    ...(words === undefined ? [] : [plainText(`  ${words}`)]),
    ...(command === undefined ? [] : [plainText(`    ${command}`)]),
  ];
}

export function jobLine(job: SchedulerJob, trials: readonly TrialStatus[]): string {
  const name = trials.find(({ trialId }) => trialId === job.trialId)?.name ?? job.trialId.slice(0, 8);
  return plainText(`job ${job.jobId} (${name}): ${jobFacts(job)}`);
}

/** Job's state, node and reason: `queued, Priority`. */
export function jobFacts(job: SchedulerJob): string {
  // Slurm reports a waiting job's whole limit as time left.
  const hasBegun = job.state !== "queued" && job.state !== "held";
  const facts = [
    job.state,
    ...(job.node === undefined ? [] : [`on ${job.node}`]),
    ...(job.reason === undefined ? [] : [job.reason]),
    ...(job.secondsLeft === undefined || !hasBegun ? [] : [`time limit in ${duration(job.secondsLeft)}`]),
  ];
  return plainText(facts.join(", "));
}

/** Sweep's status in words: `12 of 20 trials done, 2 running, 1 failed; about 14:00 left`. */
export function summaryWords({ isSearching, trials, done, total, secondsLeft, driver }: SweepStatus): string {
  const by = driver === undefined ? "" : `; process ${driver.pid} on ${plainText(driver.host)} runs it`;
  if (isSearching) return `searching for its settings; no trials yet${by}`;
  const others = (["running", "failed", "lost"] as const).flatMap((state) => {
    const count = trials.filter((trial) => trial.state === state).length;
    return count === 0 ? [] : [`${wholeNumber(count)} ${state}`];
  });
  const left = secondsLeft === undefined ? "" : `; about ${duration(secondsLeft)} left`;
  return `${[`${wholeNumber(done)} of ${counted(total, "trial")} done`, ...others].join(", ")}${left}${by}`;
}

export function cellWords(trial: TrialStatus, metric: SweepStatus["metric"]): string {
  switch (trial.state) {
    case "done": {
      if (trial.status === "diverged") return "diverged";
      if (trial.status === "out-of-memory") return "no memory";
      const known = [metric, ...metricNames]
        .map((name) => metricOf(name))
        .find((by) => scoreIn(trial, by) !== undefined);
      return known === undefined ? "done" : figure(scoreIn(trial, known)!, known) + known.suffix;
    }
    case "running": {
      if (trial.evaluating !== undefined) return "eval";
      const { resumedFrom, steps, step = resumedFrom } = trial;
      return step === undefined || steps === undefined ? "run" : `run ${Math.floor((100 * step) / steps)}%`;
    }
    case "cancelled":
      return "left out";
    case "waiting":
      return "wait";
    case "not-asked":
      return "-";
    default:
      return trial.state;
  }
}

const marks: Record<TrialStatus["state"], string> = {
  done: "#",
  running: ">",
  failed: "!",
  lost: "?",
  waiting: ".",
  cancelled: "x",
  "not-asked": "-",
};

const legend =
  "# done  D diverged  M out of memory  > running  ! failed  ? lost  . waiting  x left out  - not asked for";

/** Status table, ranks × seeds, with a word or two per trial; if wider than `columns`, a mark per trial. */
export function statusTable(
  status: Pick<SweepStatus, "ranks" | "seeds" | "trials" | "metric"> & OfAxis,
  columns: number,
): string {
  const { ranks, seeds, trials, metric } = status;
  const compared = trials.filter(({ variant }) => variant === undefined);
  const byPlace = new Map(compared.map((trial) => [`${trial.rank} ${trial.seed}`, trial]));
  const at = (rank: number, seed: number) => byPlace.get(`${rank} ${seed}`)!;
  const { cell, ...named } = rankColumn(comparedIn(status));
  const ofRank: TextColumn<number> = { ...named, cell: (rank) => cell({ rank }) };
  const words = renderTable<number>(
    [
      ofRank,
      ...seeds.map((seed) => ({
        title: `s${seed}`,
        cell: (rank: number) => cellWords(at(rank, seed), metric),
      })),
    ],
    ranks,
  );
  if (words.split("\n").every((line) => line.length <= columns)) return words;
  const short = renderTable<number>(
    [
      ofRank,
      {
        title: `seeds ${seeds[0]} to ${seeds.at(-1)}`,
        align: "left",
        cell: (rank) => seeds.map((seed) => markOf(at(rank, seed))).join(""),
      },
      {
        title: "done",
        cell: (rank) =>
          `${seeds.filter((seed) => at(rank, seed).state === "done").length} of ${seeds.length}`,
      },
    ],
    ranks,
  );
  return `${short}\n\n${legend}`;
}

function markOf(trial: TrialStatus): string {
  if (trial.state !== "done" || trial.status === "completed") return marks[trial.state];
  return trial.status === "diverged" ? "D" : "M";
}
