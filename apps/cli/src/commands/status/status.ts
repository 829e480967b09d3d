import { setTimeout as delay } from "node:timers/promises";
import { InputError } from "@lorank/core";
import { RunningCurves, readPlan, type SweepStatus, SweepStore, sweepStatus } from "@lorank/sweep/folder";
import type { Input } from "../../command.ts";
import { redisOf } from "../../executors/bullmq.ts";
import type { SchedulerJob } from "../../executors/executor.ts";
import { type Queues, queuedJobs } from "../../executors/queues.ts";
import { erased, type Messages, type Page } from "../../output.ts";
import { decidingMetric } from "../../progress/deciding-metric.ts";
import { firstCommand, type StepDocument, stepLines } from "../../results/steps.ts";
import { shellCommand } from "../../shell-command.ts";
import { cellWords, jobWords, statusTable, summaryWords, trialLine } from "../../status/words.ts";
import { plainText } from "../../text.ts";
import type { StatusSettings } from "./command.ts";

const msBetweenFrames = 2_000;
const msBetweenLines = 5_000;

/** Jobs in the schedulers' queues. Trials are a list for compatibility: earlier jobs could hold several. */
export interface QueuesDocument {
  readonly jobs: readonly (Omit<SchedulerJob, "trialId"> & { readonly trialIds: readonly string[] })[];
  readonly problems: readonly string[];
}

export interface StatusDocument extends SweepStatus, QueuesDocument {
  /** Next steps, most urgent first; empty while a process runs the sweep. */
  readonly steps: readonly StepDocument[];
  /** First next step's command. */
  readonly next?: string;
}

type StatusInput = Input<StatusSettings, readonly [out: string]>;

export async function run(
  { settings: { follow = false, ...settings }, names: [out] }: StatusInput,
  { live, json }: Messages,
): Promise<StatusDocument> {
  if (follow && json)
    throw new InputError("E_CONFIG", "--follow must be left out with --json, which is one document");
  const known = new Map();
  const store = new SweepStore(out, { readOnly: true });
  const curves = new RunningCurves(store);
  const look = (): SweepStatus => {
    const status = sweepStatus(out, Date.now(), known, store);
    return { ...status, trials: curves.withPoints(status.trials) };
  };
  const see = async (): Promise<StatusDocument> => {
    const status = look();
    const queues = queuesDocument(await queuedJobs(out, redisOf(settings)));
    const steps = await stepsAfter(out, status);
    return { ...status, ...queues, steps, ...firstCommand(steps) };
  };
  if (!follow) return see();
  if (live) return drawUntilComplete(out, see);
  return { ...(await tellUntilComplete(look)), jobs: [], problems: [], steps: [] };
}

export function view(
  status: StatusDocument,
  { columns, print }: Page,
  { settings, names: [out] }: StatusInput,
): void {
  if (settings.follow !== true) print(page(out, status, columns).join("\n"));
}

export function queuesDocument({ jobs, problems }: Queues): QueuesDocument {
  return { jobs: jobs.map(({ trialId, ...job }) => ({ trialIds: [trialId], ...job })), problems };
}

/** Next steps for the user; empty while a process runs the sweep. */
async function stepsAfter(out: string, status: SweepStatus): Promise<readonly StepDocument[]> {
  if (status.driver !== undefined) return [];
  return (await import("../../results/next-steps.ts")).stepsAfter(out, status);
}

function page(out: string, status: StatusDocument, columns: number): string[] {
  const { trials, metric, isSearching, jobs, problems, steps } = status;
  const checks = trials.filter(({ variant }) => variant !== undefined);
  const details = trials.flatMap((trial) => {
    const words = trialLine(trial, metric);
    return words === undefined ? [] : [`${trial.name}  ${words}`];
  });
  const parts = [
    isSearching ? [] : [...statusTable(status, columns).split("\n"), ...figuresWords(out, status)],
    checks.map((trial) => `${trial.name}  ${cellWords(trial, metric)}`),
    details,
    [
      ...jobs.flatMap(({ trialIds, ...job }) => jobWords({ trialId: trialIds[0]!, ...job }, trials)),
      ...problems,
    ],
    [
      summaryWords(status),
      ...(status.isComplete ? [`The verdict: ${shellCommand(["verdict", out])}`] : []),
      ...stepLines(steps, columns),
    ],
  ];
  return parts.filter((part) => part.length > 0).flatMap((part, i) => (i === 0 ? part : ["", ...part]));
}

/** Caption that names the metric of the status table's figures; empty before the first result. */
function figuresWords(out: string, { done }: SweepStatus): string[] {
  return done === 0 ? [] : [`figures: ${plainText(decidingMetric(readPlan(out)).noun)}, which decides`];
}

async function drawUntilComplete(out: string, see: () => Promise<StatusDocument>): Promise<StatusDocument> {
  const { stdout } = process;
  const isStopped = untilInterrupt();
  let drawn = 0;
  for (;;) {
    const status = await see();
    const lines = page(out, status, stdout.columns - 1)
      .slice(0, stdout.rows - 1)
      .map((line) => line.slice(0, stdout.columns - 1));
    stdout.write(`${erased(drawn)}${lines.join("\n")}\n`);
    drawn = lines.length;
    if (status.isComplete || (await isStopped(msBetweenFrames))) return status;
  }
}

/** Logs a line whenever a trial's state changes. */
async function tellUntilComplete(look: () => SweepStatus): Promise<SweepStatus> {
  const isStopped = untilInterrupt();
  const before = new Map<string, string>();
  const tell = (words: string) => process.stdout.write(`${new Date().toISOString()} ${words}\n`);
  for (;;) {
    const status = look();
    const changed = status.trials.filter((trial) => before.get(trial.trialId) !== stateKey(trial));
    // States from the start are in the summary.
    const news = before.size === 0 ? changed.filter(({ state }) => state === "running") : changed;
    for (const trial of news)
      tell(`${trial.name}: ${trialLine(trial, status.metric) ?? cellWords(trial, status.metric)}`);
    if (changed.length > 0 || status.isSearching) tell(summaryWords(status));
    for (const trial of status.trials) before.set(trial.trialId, stateKey(trial));
    if (status.isComplete || (await isStopped(msBetweenLines))) return status;
  }
}

function stateKey(trial: SweepStatus["trials"][number]): string {
  return "attempt" in trial ? `${trial.state} ${trial.attempt}` : trial.state;
}

/** Makes a wait in milliseconds that resolves to true at Ctrl-C. */
function untilInterrupt(): (ms: number) => Promise<boolean> {
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  return async (ms) => {
    await delay(ms, undefined, { signal: interrupt.signal }).catch(() => {});
    return interrupt.signal.aborted;
  };
}
