import { type Compared, comparedIn, metricOf, nameOfRun } from "@lorank/evidence/results";
import type { Plan, ProgressEvent, SweepEvent, SweepTrialEvent } from "@lorank/sweep";
import { erased, type Messages, renderTable } from "../output.ts";
import { rankColumn } from "../rank-column.ts";
import { duration, plainText } from "../text.ts";
import { type DecidingMetric, decidingMetric, scoreWords } from "./deciding-metric.ts";
import type { Progress, Sink } from "./progress.ts";
import {
  type EarlierTrial,
  isOfTrial,
  type RankTally,
  type RunningTrial,
  runningEstimate,
  stepWords,
  sweepWords,
  Tally,
  trialNews,
} from "./tally.ts";

/** Seconds between a log's lines on training steps. */
const secondsBetweenSteps = 15;

/** Progress of a sweep as a log: a timed line per event. */
export function plainProgress(sink: Sink, by: DecidingMetric, now: () => number = Date.now): Progress {
  let lastStep = Number.NEGATIVE_INFINITY;
  const line = (text: string): void => sink.write(`${new Date(now()).toISOString()} ${text}\n`);
  const say = (text: string): void => {
    for (const one of text.split("\n")) line(one);
  };
  return {
    report: (event) => {
      if (!isOfTrial(event)) return say(sweepWords(event, by));
      if (event.kind === "trial-progress" && isFrequent(event.event)) {
        if (now() - lastStep < 1000 * secondsBetweenSteps) return;
        lastStep = now();
      }
      const words = lineOf(event, by);
      if (words !== undefined) line(words);
    },
    say,
    end: () => {},
  };
}

/** Tells if an event of a trial comes too often for a line each. */
function isFrequent(event: ProgressEvent): boolean {
  return event.kind !== "point" && trialNews(event) === undefined;
}

function lineOf(event: SweepTrialEvent, by: DecidingMetric): string | undefined {
  const words = eventWords(event, by);
  return words === undefined ? undefined : `${nameOfRun(event)}, seed ${event.seed}: ${words}`;
}

function eventWords(event: SweepTrialEvent, by: DecidingMetric): string | undefined {
  switch (event.kind) {
    case "trial-started":
      return event.attempt === 1 ? "started" : `started, attempt ${event.attempt}`;
    case "trial-progress":
      if (event.event.kind === "step") {
        const { step, steps, loss } = event.event;
        return `${stepWords(step, steps)}, loss ${loss.toFixed(4)}`;
      }
      if (event.event.kind === "point") {
        const score = scoreWords(event.event, by);
        return score === undefined
          ? undefined
          : `evaluated at ${stepWords(event.event.step, event.event.steps)}, ${score}`;
      }
      if (event.event.kind === "evaluating") return `evaluating, ${event.event.done} of ${event.event.total}`;
      return trialNews(event.event);
    case "trial-finished": {
      const left = event.secondsEstimateLeft;
      const rest = event.done === event.total ? "" : leftWords(left);
      const score = event.status === "completed" ? scoreWords(event, by) : statusWords[event.status];
      return `done in ${duration(event.seconds)}${score === undefined ? "" : `, ${score}`} (${event.done} of ${event.total}${rest})`;
    }
    case "trial-retried":
      return `trying again: ${plainText(event.reason)}`;
    case "trial-failed":
      return plainText(event.message);
    case "test-scored":
      return `on the test examples: ${scoreWords(event, by)}`;
    case "truncations-evaluated":
      return `cut to ${event.truncations.map(({ rank, ...scores }) => `rank ${rank}: ${scoreWords(scores, by)}`).join(", ")}`;
  }
}

const statusWords = { diverged: "diverged", "out-of-memory": "ran out of memory" } as const;

/** Progress of a sweep: lines before the first trial, then a table or log. */
interface SweepProgress extends Progress {
  /** Shows the plan's trials from now on. */
  begin(plan: Pick<Plan, "summary" | "config">, earlier: readonly EarlierTrial[]): void;
}

export function sweepProgress(output: Messages): SweepProgress {
  let shown = notesOn(output);
  return {
    report: (event: SweepEvent) => shown.report(event),
    say: (text) => shown.say(text),
    begin(plan, earlier) {
      shown = progressOf(plan, earlier, output);
    },
    end: () => shown.end(),
  };
}

function notesOn(output: Messages): Progress {
  const by = { metric: metricOf(), noun: metricOf().noun };
  return {
    report: (event) => isOfTrial(event) || output.note(sweepWords(event, by)),
    say: (text) => output.note(text),
    end: () => {},
  };
}

function progressOf(
  plan: Pick<Plan, "summary" | "config">,
  earlier: readonly EarlierTrial[],
  { quiet, live, dimOnStderr: dim }: Messages,
): Progress {
  if (quiet) return { report: () => {}, say: () => {}, end: () => {} };
  const sink = {
    write: (text: string) => void process.stderr.write(text),
    get columns() {
      return process.stderr.columns ?? 100;
    },
  };
  const by = decidingMetric(plan);
  const { ranks, seeds } = plan.summary;
  const compared = comparedIn(plan.summary);
  return live
    ? liveProgress(sink, { ranks, compared, seeds: seeds.length, by, earlier, dim })
    : plainProgress(sink, by);
}

interface LiveOptions {
  readonly ranks: readonly number[];
  /** (default: ranks) */
  readonly compared?: Compared;
  readonly seeds: number;
  readonly by: DecidingMetric;
  readonly earlier?: readonly EarlierTrial[];
  readonly now?: () => number;
  readonly dim?: (text: string) => string;
}

const msBetweenFrames = 100;
const barCells = 12;

/** Time left in words: `, about 1:30 left`; empty once the estimate is exceeded. */
function leftWords(seconds: number | undefined): string {
  if (seconds === undefined) return "";
  return seconds < 1 ? ", nearly done" : `, about ${duration(seconds)} left`;
}

/** Progress of a sweep as a table, updated in place: a row per rank with the running estimate, then the time left. */
export function liveProgress(sink: Sink, options: LiveOptions): Progress {
  const {
    ranks,
    compared = comparedIn(),
    seeds,
    by,
    earlier,
    now = Date.now,
    dim = (text) => text,
  } = options;
  const tally = new Tally(ranks, by.metric, earlier, now);
  const startedAt = now();
  let drawnLines = 0;
  let lastFrame = Number.NEGATIVE_INFINITY;

  const erase = (): string => erased(drawnLines);
  const draw = (): void => {
    const lines = frame(tally, { compared, seeds, by }, (now() - startedAt) / 1000).map((line) =>
      line.slice(0, sink.columns - 1),
    );
    const [title = "", ...rest] = lines;
    sink.write(`${erase()}${[dim(title), ...rest].join("\n")}\n`);
    drawnLines = lines.length;
    lastFrame = now();
  };
  // Redraws every second: the clock advances during a long step.
  const timer = setInterval(draw, 1000);
  timer.unref();
  const say = (text: string): void => {
    sink.write(`${erase()}${text}\n`);
    drawnLines = 0;
    draw();
  };
  return {
    report: (event) => {
      if (!isOfTrial(event)) return say(sweepWords(event, by));
      tally.add(event);
      if (isNews(event)) say(lineOf(event, by)!);
      else if (now() - lastFrame >= msBetweenFrames) draw();
    },
    say,
    end: () => {
      clearInterval(timer);
      sink.write(erase());
      drawnLines = 0;
    },
  };
}

/** Tells if the event's words stay above the table. */
function isNews(event: SweepTrialEvent): boolean {
  if (event.kind === "trial-progress") return trialNews(event.event) !== undefined;
  return event.kind === "trial-retried" || event.kind === "trial-failed";
}

function frame(
  tally: Tally,
  { compared, seeds, by }: Required<Pick<LiveOptions, "compared" | "seeds" | "by">>,
  elapsedSeconds: number,
): string[] {
  const table = renderTable<RankTally>(
    [
      rankColumn(compared),
      { title: "seeds", cell: ({ scores, diverged }) => `${scores.length + diverged} of ${seeds}` },
      { title: `${plainText(by.noun)} so far`, cell: ({ scores }) => runningEstimate(scores) || "–" },
      {
        title: "",
        align: "left",
        cell: ({ running }) => [...running.values()].map((trial) => runningWords(trial, by)).join("   "),
      },
    ],
    tally.ranks,
  );
  const left = leftWords(tally.secondsLeft);
  const failed = tally.failed === 0 ? "" : `, ${tally.failed} failed`;
  const summary = `${tally.done} of ${tally.total} trials${failed}, ${duration(elapsedSeconds)} so far${left}`;
  return [...table.split("\n"), "", summary];
}

function runningWords({ seed, doing, share, score }: RunningTrial, { noun }: DecidingMetric): string {
  const full = Math.round(share * barCells);
  const scored = score === undefined ? "" : `, ${plainText(noun)} ${score.toFixed(3)}`;
  return `seed ${seed} ${"█".repeat(full)}${"░".repeat(barCells - full)} ${doing}${scored}`;
}
