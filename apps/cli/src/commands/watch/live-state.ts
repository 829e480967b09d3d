import { nextLook } from "@lorank/evidence";
import { type Decision, metricOf } from "@lorank/evidence/results";
import type { LiveState } from "@lorank/report";
import type { Comparison, Plan, SweepConfig } from "@lorank/sweep";
import { TimeLeft } from "@lorank/sweep/browser";
import type { StepLoss, SweepStatus, TrialStatus } from "@lorank/sweep/folder";
import type { Queues } from "../../executors/queues.ts";
import type { SchedulerJob } from "../../executors/scheduler-queue.ts";
import { isUntil } from "../../settings/anew-words.ts";
import { resumeWords, shellCommand } from "../../settings/saved-settings.ts";
import { jobFacts, jobLine, trialWords } from "../../status/words.ts";

/** Sources of the page of a sweep. */
interface Seen {
  readonly out: string;
  readonly status: SweepStatus;
  readonly config: Plan["config"];
  readonly losses: ReadonlyMap<string, readonly StepLoss[]>;
  /** So far, where the method looks at its outcomes before the end. */
  readonly decision: Decision | undefined;
  readonly queues: Queues;
}

/** Members of a sweep's config, whoever trains: model and data are absent where they are a command's affair. */
type SweepMembers = Comparison & Partial<Pick<SweepConfig, "model" | "data">>;

/** State of the page of a sweep. */
export function liveState({ out, status, config, losses, decision, queues }: Seen): LiveState {
  const { ranks, seeds, metric, trials, done, total, secondsLeft, driver } = status;
  const { name, method = "grid", margin } = config;
  const { model, data }: SweepMembers = config;
  const runs = driver !== undefined || trials.some(({ state }) => state === "running");
  const next = nextLook(method, seeds.length, decision);
  return {
    name,
    ...(model === undefined || data === undefined ? {} : { subject: `${model.name} on ${data.name}` }),
    phase: runs ? "running" : "stopped",
    method,
    ranks,
    seeds,
    metric,
    margin,
    trials: trials.map((trial) => {
      const found = losses.get(trial.trialId);
      const why = whyOf(trial, queues);
      return {
        ...trial,
        ...(found === undefined ? {} : { losses: found }),
        ...(why === undefined ? {} : { why }),
      };
    }),
    queue: queueNotes(queues, trials),
    done,
    total,
    ...(secondsLeft === undefined ? {} : { secondsLeft }),
    trialSeconds: trialSeconds(trials),
    ...(decision === undefined ? {} : { decision }),
    ...(next === undefined ? {} : { nextLook: next }),
    commands: commandsOf(out, ranks, seeds),
  };
}

/** State of a folder in which a sweep is still being prepared. */
export function preparingState(name: string, queues: Queues): LiveState {
  const { name: metric, defaultMargin: margin } = metricOf();
  return {
    name,
    phase: "preparing",
    method: "grid",
    ranks: [],
    seeds: [],
    metric,
    margin,
    trials: [],
    queue: queueNotes(queues, []),
    done: 0,
    total: 0,
    trialSeconds: { spent: 0 },
    commands: { resume: "", addSeed: "", addRank: "", stopRank: {} },
  };
}

/** Why a trial has no result, as `lorank status` says it, and what its process printed last. Of one that waits, the state of its job. */
function whyOf(trial: TrialStatus, { jobs }: Queues): string | undefined {
  switch (trial.state) {
    case "waiting": {
      const job = jobs.find(({ trialId }) => trialId === trial.trialId);
      return job && jobFacts(job);
    }
    case "failed":
      return [trialWords(trial), ...trial.reason.split("\n").slice(1)].join(" ");
    case "lost":
      return trialWords(trial);
    default:
      return undefined;
  }
}

/** Seconds of the trials so far and of all of them, each by the clock on its own. */
function trialSeconds(trials: readonly TrialStatus[]): LiveState["trialSeconds"] {
  const timeLeft = new TimeLeft(1);
  const waiting: number[] = [];
  let spent = 0;
  let left = 0;
  for (const trial of trials) {
    const { state, rank } = trial;
    if (state === "done" || state === "running") spent += trial.seconds;
    if (state === "running") left += trial.secondsLeft ?? Number.NaN;
    if (state === "waiting" || state === "failed" || state === "lost") waiting.push(rank);
    if (state === "done" && trial.status === "completed")
      timeLeft.finished(trial.trialId, rank, trial.seconds);
  }
  const expected = spent + left + (timeLeft.estimate(waiting) ?? Number.NaN);
  return { spent, ...(Number.isNaN(expected) ? {} : { expected }) };
}

/** The commands that change a sweep, as they are typed in the folder that the server was started in. */
function commandsOf(out: string, ranks: readonly number[], seeds: readonly number[]): LiveState["commands"] {
  const sweep = (...more: string[]) => shellCommand([...resumeWords(out), ...more]);
  return {
    resume: sweep(),
    addSeed: sweep(...oneMoreSeed(out, seeds), "--extend"),
    addRank: sweep("--ranks", String(2 * Math.max(1, ...ranks)), "--extend"),
    stopRank: Object.fromEntries(ranks.map((rank) => [rank, shellCommand(["cancel", out, `r${rank}`])])),
  };
}

function oneMoreSeed(out: string, seeds: readonly number[]): string[] {
  if (addsSeeds(out)) return ["--max-seeds", String(seeds.length + 1)];
  if (seeds.every((seed, i) => seed === i + 1)) return ["--seeds", String(seeds.length + 1)];
  return ["--seeds", [...seeds, Math.max(...seeds) + 1].join(",")];
}

function addsSeeds(out: string): boolean {
  try {
    return isUntil(out);
  } catch {
    return false; // damaged: the command that runs it reports that
  }
}

/** From an answer to the next question: a cluster's controller has more to do. */
const msBetweenQuestions = 30_000;
/** Most lines on jobs that wait, often for one and the same reason. */
const mostJobs = 8;

/** Last answers of the schedulers of a sweep. Questions run beside the looks, none of which waits for an answer. */
export class QueueLook {
  readonly #ask: (signal: AbortSignal) => Promise<Queues>;
  readonly #end = new AbortController();
  #answer: Queues = { jobs: [], problems: [] };
  #answeredAt = Number.NEGATIVE_INFINITY;
  #isAsking = false;

  constructor(ask: (signal: AbortSignal) => Promise<Queues>) {
    this.#ask = ask;
  }

  /** The last answer, the same object until there is another; where it is old, the next question is sent. */
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

  /** Ends a question that is not answered yet. */
  close(): void {
    this.#end.abort();
  }
}

/** Lines on queues: jobs of trials without a cell, jobs that need help, and queues that do not answer. */
export function queueNotes(
  { jobs, problems }: Queues,
  trials: readonly TrialStatus[],
): NonNullable<LiveState["queue"]> {
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
