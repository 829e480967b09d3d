import { nextLook } from "@lorank/evidence";
import type { LiveState, LiveTrial } from "@lorank/report";
import type { ResultsSoFar } from "@lorank/sweep";
import type { RunningCurve, SweepStatus, TrialStatus } from "@lorank/sweep/folder";
import type { SchedulerJob } from "../../executors/executor.ts";
import type { Queues } from "../../executors/queues.ts";
import { resumeWords } from "../../settings/saved-settings.ts";
import { shellCommand } from "../../shell-command.ts";
import { jobFacts, jobLine, trialWords } from "../../status/words.ts";

type Problem = LiveState["problems"][number];

/** Longest reason for a missing result, in characters; `lorank logs` has the rest. */
const mostCharacters = 300;

interface Seen {
  readonly out: string;
  readonly status: SweepStatus;
  readonly results: ResultsSoFar;
  readonly curves: ReadonlyMap<string, RunningCurve>;
  readonly queues: Queues;
}

export function liveState({ out, status, results, curves, queues }: Seen): LiveState {
  const { done, total, secondsLeft, driver } = status;
  const { name, method = "grid", seeds } = results.sweep;
  const runs = driver !== undefined || status.trials.some(({ state }) => state === "running");
  const next = nextLook(method, seeds.length, results.decision);
  const trials = status.trials.map((trial): LiveTrial => {
    const curve = curves.get(trial.trialId);
    const job = trial.state === "waiting" && queues.jobs.find(({ trialId }) => trialId === trial.trialId);
    return {
      ...trial,
      ...(curve && { losses: curve.losses, points: curve.points }),
      ...(job && { why: jobFacts(job) }),
    };
  });
  // Queued jobs can be cancelled even if no process runs the sweep.
  const toStop = trials.filter(({ state, why }) =>
    runs ? !["done", "not-asked", "cancelled"].includes(state) : state === "waiting" && why !== undefined,
  );
  return {
    name,
    phase: runs ? "running" : "stopped",
    results,
    trials,
    problems: [...status.trials.flatMap(noResult), ...queueNotes(queues, status.trials)],
    done,
    total,
    secondsSpent: status.trials.reduce((sum, trial) => sum + secondsOf(trial), 0),
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
    ...(next === undefined ? {} : { nextLook: next }),
    stoppable: [...new Set(toStop.map(({ rank }) => rank))],
    resume: shellCommand(resumeWords(out)),
  };
}

function secondsOf(trial: TrialStatus): number {
  return trial.state === "done" || trial.state === "running" ? trial.seconds : 0;
}

export function preparingState(name: string, queues: Queues): LiveState {
  const nothing = { trials: [], done: 0, total: 0, secondsSpent: 0, stoppable: [] };
  return { name, phase: "preparing", problems: queueNotes(queues, []), ...nothing };
}

function noResult(trial: TrialStatus): Problem[] {
  if (trial.state !== "failed" && trial.state !== "lost") return [];
  const printed = trial.state === "failed" ? trial.reason.split("\n").slice(1) : [];
  return [{ words: [trial.name, trialWords(trial), ...printed].join(" ").slice(0, mostCharacters) }];
}

/** Pause between an answer and the next query, to spare the cluster's controller. */
const msBetweenQuestions = 30_000;
/** Most lines on waiting jobs, which often share a reason. */
const mostJobs = 8;

/** Cache of the latest answers from a sweep's schedulers. Queries run in the background: readers never wait. */
export class QueueLook {
  readonly #ask: (signal: AbortSignal) => Promise<Queues>;
  readonly #end = new AbortController();
  #answer: Queues = { jobs: [], problems: [] };
  #answeredAt = Number.NEGATIVE_INFINITY;
  #isAsking = false;

  constructor(ask: (signal: AbortSignal) => Promise<Queues>) {
    this.#ask = ask;
  }

  /** Latest answer; the same object until another arrives. Starts a query if the answer is old. */
  latest(now: number): Queues {
    if (!this.#isAsking && now - this.#answeredAt >= msBetweenQuestions) void this.#renew();
    return this.#answer;
  }

  async #renew(): Promise<void> {
    this.#isAsking = true;
    try {
      this.#answer = await this.#ask(this.#end.signal);
    } catch (error) {
      this.#answer = { jobs: [], problems: [error instanceof Error ? error.message : String(error)] };
    }
    this.#answeredAt = Date.now();
    this.#isAsking = false;
  }

  close(): void {
    this.#end.abort();
  }
}

/** Lines on queues: jobs without a cell in the table, jobs in need of help, and silent queues. */
export function queueNotes({ jobs, problems }: Queues, trials: readonly TrialStatus[]): Problem[] {
  const states = new Map(trials.map(({ trialId, state }) => [trialId, state]));
  const isShown = ({ trialId, advice }: SchedulerJob): boolean => {
    const state = states.get(trialId) ?? "";
    // An answer may be older than the trial's result.
    return advice === undefined ? !["waiting", "running", "done"].includes(state) : state !== "done";
  };
  const shown = jobs.filter(isShown);
  const more = shown.length - mostJobs;
  return [
    ...shown.slice(0, mostJobs).map((job) => {
      const { words, command } = job.advice ?? {};
      return {
        words: [jobLine(job, trials), ...(words === undefined ? [] : [words])].join(". "),
        ...(command === undefined ? {} : { command }),
      };
    }),
    ...(more > 0 ? [{ words: `${more} more: see lorank status` }] : []),
    ...problems.map((words) => ({ words })),
  ];
}
