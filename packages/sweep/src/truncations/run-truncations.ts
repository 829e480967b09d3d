import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { describeEnd } from "../describe-exit.ts";
import type { LocalExecutorOptions } from "../local-executor.ts";
import { isStopping, startProgram, untilEnd } from "../start-program.ts";
import type { SweepStore } from "../store.ts";
import type { TruncationJob } from "./truncation-job.ts";

/** A finished trial whose adapter is to be cut to `ranks`. */
export interface WantedTruncation {
  readonly trialId: string;
  readonly ranks: readonly number[];
}

export interface RunTruncationsOptions
  extends Pick<LocalExecutorOptions, "resources" | "trialsAtOnce" | "maxAttempts" | "signal" | "killSignal"> {
  readonly wanted: readonly WantedTruncation[];
  /** Told of a trial whose truncations are all there. */
  readonly onDone: (wanted: WantedTruncation) => void;
}

/** A trial whose truncations could not be evaluated, and why. */
export interface FailedTruncation {
  readonly trialId: string;
  readonly message: string;
}

/** Evaluates the truncations that are missing, each trial's in a process of its own. Stops early when it is asked to. */
export async function runTruncations(
  store: SweepStore,
  options: RunTruncationsOptions,
): Promise<FailedTruncation[]> {
  const queue = options.wanted.filter((wanted) => missingRanks(store, wanted).length > 0);
  const failed: FailedTruncation[] = [];
  async function work(): Promise<void> {
    for (let wanted = queue.shift(); wanted !== undefined; wanted = queue.shift()) {
      if (isStopping(options)) return;
      const message = await runOne(store, wanted, options);
      if (isStopping(options)) return;
      if (message === undefined) options.onDone(wanted);
      else failed.push({ trialId: wanted.trialId, message });
    }
  }
  await Promise.all(Array.from({ length: Math.min(options.trialsAtOnce, queue.length) }, work));
  return failed;
}

/** Ranks without an evaluation yet. */
export function missingRanks(store: SweepStore, { trialId, ranks }: WantedTruncation): number[] {
  return ranks.filter((rank) => !store.hasTruncation(trialId, rank));
}

/** The reason of the last try, or nothing where all are there. */
async function runOne(
  store: SweepStore,
  wanted: WantedTruncation,
  { resources, maxAttempts, signal, killSignal }: RunTruncationsOptions,
): Promise<string | undefined> {
  const { trialId } = wanted;
  for (let tries = 1; ; tries++) {
    const job: TruncationJob = {
      ...resources,
      out: store.out,
      trialId,
      ranks: missingRanks(store, wanted),
    };
    const outputFile = join(dirname(store.truncationPath(trialId, 0)), "output.txt");
    mkdirSync(dirname(outputFile), { recursive: true });
    const end = await untilEnd(startProgram("truncation-process", job, outputFile), { signal, killSignal });
    if (missingRanks(store, wanted).length === 0) return undefined;
    const reason = describeEnd(end, outputFile, "the process that evaluates truncations");
    if (end.code === 2 || tries >= maxAttempts || isStopping({ signal, killSignal }))
      return `its adapter could not be cut after ${tries} ${tries === 1 ? "attempt" : "attempts"}: ${reason}`;
  }
}
