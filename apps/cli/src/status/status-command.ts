import { setTimeout as delay } from "node:timers/promises";
import { readPlan, type SweepStatus, sweepStatus } from "@lorank/sweep/folder";
import { exitCode } from "../errors.ts";
import { type Queues, queuedJobs } from "../executors/queues.ts";
import { redisOf } from "../executors/redis.ts";
import type { SchedulerJob } from "../executors/scheduler-queue.ts";
import { type CommandFlags, createOutput, erased, type Output } from "../output.ts";
import { decidingMetric } from "../progress/deciding-metric.ts";
import { stepsAfter } from "../results/next-steps.ts";
import { firstCommand, type StepDocument, stepLines } from "../results/steps.ts";
import { readFlags, throwIfAny } from "../settings/read.ts";
import { shellCommand } from "../settings/saved-settings.ts";
import { plainText } from "../text.ts";
import { cellWords, jobWords, statusTable, summaryWords, trialWords } from "./words.ts";

const msBetweenFrames = 2_000;
const msBetweenLines = 5_000;

/** Jobs in the queues of schedulers. A job's trial is in a list, since one was about several before. */
export interface QueuesDocument {
  readonly jobs: readonly (Omit<SchedulerJob, "trialId"> & { readonly trialIds: readonly string[] })[];
  readonly problems: readonly string[];
}

export interface StatusDocument extends SweepStatus, QueuesDocument {
  /** Next steps, the first to be done first; none while a process runs the sweep. */
  readonly steps: readonly StepDocument[];
  /** The first command of a next step. */
  readonly next?: string;
}

export async function runStatusCommand(
  out: string,
  flags: CommandFlags,
  output: Output = createOutput(flags),
): Promise<number> {
  const { follow = false, ...settings } = readFlags("status", flags);
  const queues = () => queuedJobs(out, redisOf(settings));
  if (follow && flags.json === true)
    throwIfAny(["--follow must be left out with --json, which is one document"]);
  const known = new Map();
  const look = () => sweepStatus(out, Date.now(), known);
  if (follow) {
    await (output.live ? drawUntilComplete(out, look, queues) : tellUntilComplete(look));
    return exitCode.done;
  }
  const status = look();
  const answers = await queues();
  const steps = await stepsAfter(out, status);
  output.document<StatusDocument>({
    ...status,
    ...queuesDocument(answers),
    steps,
    ...firstCommand(steps),
  });
  output.print(page({ out, status, queues: answers, steps }, output.columns).join("\n"));
  return exitCode.done;
}

/** The queues in `--json`. */
export function queuesDocument({ jobs, problems }: Queues): QueuesDocument {
  return { jobs: jobs.map(({ trialId, ...job }) => ({ trialIds: [trialId], ...job })), problems };
}

/** Contents of a page on the sweep in a folder. */
interface Seen {
  readonly out: string;
  readonly status: SweepStatus;
  readonly queues: Queues;
  readonly steps: readonly StepDocument[];
}

/** The table, what runs, what went wrong, what a scheduler says, how far all of it is, and what comes next. */
function page({ out, status, queues: { jobs, problems }, steps }: Seen, columns: number): string[] {
  const { trials, metric, isSearching } = status;
  const checks = trials.filter(({ variant }) => variant !== undefined);
  const details = trials.flatMap((trial) => {
    const words = trialWords(trial);
    return words === undefined ? [] : [`${trial.name}  ${words}`];
  });
  const parts = [
    isSearching ? [] : [...statusTable(status, columns).split("\n"), ...figuresWords(out, status)],
    checks.map((trial) => `${trial.name}  ${cellWords(trial, metric)}`),
    details,
    [...jobs.flatMap((job) => jobWords(job, trials)), ...problems],
    [
      summaryWords(status),
      ...(status.isComplete ? [`The verdict: ${shellCommand(["verdict", out])}`] : []),
      ...stepLines(steps, columns),
    ],
  ];
  return parts.filter((part) => part.length > 0).flatMap((part, i) => (i === 0 ? part : ["", ...part]));
}

/** Names the metric of the figures in the table, which decides; empty before there are any. */
function figuresWords(out: string, { done }: SweepStatus): string[] {
  return done === 0 ? [] : [`figures: ${plainText(decidingMetric(readPlan(out)).noun)}, which decides`];
}

/** Draws the page over itself on a terminal, until the sweep is complete or Ctrl-C comes. */
async function drawUntilComplete(
  out: string,
  look: () => SweepStatus,
  queues: () => Promise<Queues>,
): Promise<void> {
  const { stdout } = process;
  const isStopped = untilInterrupt();
  let drawn = 0;
  for (;;) {
    const status = look();
    const seen = { out, status, queues: await queues(), steps: await stepsAfter(out, status) };
    const lines = page(seen, stdout.columns - 1)
      .slice(0, stdout.rows - 1)
      .map((line) => line.slice(0, stdout.columns - 1));
    stdout.write(`${erased(drawn)}${lines.join("\n")}\n`);
    drawn = lines.length;
    if (status.isComplete || (await isStopped(msBetweenFrames))) return;
  }
}

/** Writes a line for every trial whose state changes, for logs. */
async function tellUntilComplete(look: () => SweepStatus): Promise<void> {
  const isStopped = untilInterrupt();
  const before = new Map<string, string>();
  const tell = (words: string) => process.stdout.write(`${new Date().toISOString()} ${words}\n`);
  for (;;) {
    const status = look();
    const changed = status.trials.filter((trial) => before.get(trial.trialId) !== stateKey(trial));
    // What was so from the start is in the summary.
    const news = before.size === 0 ? changed.filter(({ state }) => state === "running") : changed;
    for (const trial of news) tell(`${trial.name}: ${trialWords(trial) ?? cellWords(trial, status.metric)}`);
    if (changed.length > 0 || status.isSearching) tell(summaryWords(status));
    for (const trial of status.trials) before.set(trial.trialId, stateKey(trial));
    if (status.isComplete || (await isStopped(msBetweenLines))) return;
  }
}

function stateKey(trial: SweepStatus["trials"][number]): string {
  return "attempt" in trial ? `${trial.state} ${trial.attempt}` : trial.state;
}

/** Waits so many milliseconds, or until Ctrl-C: then it resolves to true. */
function untilInterrupt(): (ms: number) => Promise<boolean> {
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  return async (ms) => {
    await delay(ms, undefined, { signal: interrupt.signal }).catch(() => {});
    return interrupt.signal.aborted;
  };
}
