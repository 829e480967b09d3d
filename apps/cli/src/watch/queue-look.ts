import type { LiveState } from "@lorank/report";
import type { TrialStatus } from "@lorank/sweep";
import type { QueuedJob } from "../executors/executor-row.ts";
import type { Queues } from "../status/jobs.ts";
import { jobLine } from "../status/words.ts";

/** From an answer to the next question: a cluster's controller has more to do. */
const msBetweenQuestions = 30_000;
/** What is listed of jobs that wait, often for one and the same reason. */
const mostJobs = 8;

/** What the schedulers of a sweep said last. They are asked beside the looks, none of which waits for an answer. */
export class QueueLook {
  readonly #ask: (signal: AbortSignal) => Promise<Queues>;
  readonly #end = new AbortController();
  #answer: Queues = { jobs: [], problems: [] };
  #answeredAt = Number.NEGATIVE_INFINITY;
  #isAsking = false;

  constructor(ask: (signal: AbortSignal) => Promise<Queues>) {
    this.#ask = ask;
  }

  /** The last answer, the same object until there is another; where it is old, the next question is asked. */
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

/** What the page says of the queues beside its trials: jobs that no trial's cell tells of, those that need help, and queues that do not answer. */
export function queueNotes(
  { jobs, problems }: Queues,
  trials: readonly TrialStatus[],
): NonNullable<LiveState["queue"]> {
  const states = new Map(trials.map(({ trialId, state }) => [trialId, state]));
  const isShown = ({ trialId, advice }: QueuedJob): boolean => {
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
