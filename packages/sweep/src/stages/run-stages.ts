import { resolve } from "node:path";
import type { TrialSpec } from "@lorank/core";
import { type LocalExecutorOptions, runLocally } from "../local-executor.ts";
import { whyNotPack } from "../measure/choose-pack.ts";
import { measurePacks } from "../measure/measure-packs.ts";
import { type Method, methodOf, type Wanted } from "../methods/method.ts";
import type { SweepPlan } from "../plan/plan.ts";
import { trialId } from "../plan/trial-id.ts";
import { SweepTeller } from "../progress/sweep-teller.ts";
import type { RunSweepOptions } from "../run-sweep.ts";
import type { SweepStore } from "../store/store.ts";
import { missingRanks, runTruncations, type WantedTruncation } from "./truncations.ts";

export type StageOptions = Omit<RunSweepOptions, "dataset" | "testExamples"> &
  Required<Pick<RunSweepOptions, "trialsAtOnce" | "threads" | "maxAttempts">> & {
    /** The tokenised dataset, as trials read it. */
    readonly datasetFile: string;
  };

/** How far the stages of a method came. */
export interface StageOutcome {
  /** By the last stage. */
  readonly wanted: Wanted;
  /** Everything that the method wants is there. */
  readonly complete: boolean;
  /** Ids of trials that this run brought to a result. */
  readonly finished: readonly string[];
  readonly failed: readonly string[];
  readonly interrupted: boolean;
  /** Trials and truncations that were started. */
  readonly ran: number;
}

/** Runs what a method wants and is not there, and asks it again, until it wants no more or something is in the way. */
export async function runStages(
  store: SweepStore,
  plan: SweepPlan,
  options: StageOptions,
): Promise<StageOutcome> {
  const { signal, killSignal, trialsAtOnce, maxAttempts } = options;
  const resources = resourcesFor(options);
  const method = methodOf(plan);
  let wanted = askFor(method, store);
  const pack = await packFor(store, plan, missingTrials(store, wanted), resources, options);
  const teller = new SweepTeller(store, plan.specs, trialsAtOnce * pack, options.onEvent);
  const finished: string[] = [];
  let ran = 0;
  for (;;) {
    const trials = missingTrials(store, wanted);
    const truncations = uncut(store, wanted);
    ran += trials.length + truncations.length;
    teller.expect(allTrials(wanted), method.expectedTrials);
    const outcome = await runLocally(store, {
      ids: trials,
      resources,
      trialsAtOnce,
      pack,
      maxAttempts,
      signal,
      killSignal,
      onEvent: (event) => teller.tell(event),
    });
    finished.push(...outcome.finished);
    const unfit = await runTruncations(store, {
      wanted: truncations,
      resources,
      trialsAtOnce,
      maxAttempts,
      signal,
      killSignal,
      onDone: (one) => teller.truncated(one),
    });
    for (const one of unfit) teller.evaluationFailed(one);
    const failed = [...outcome.failed, ...unfit].map(({ trialId }) => trialId);
    const end = { finished, failed, ran };
    const left = missing(store, wanted);
    if (left.length > 0) {
      const interrupted = left.some((id) => !failed.includes(id));
      return { ...end, wanted, complete: false, interrupted };
    }
    wanted = askFor(method, store);
    if (missing(store, wanted).length === 0) return { ...end, wanted, complete: true, interrupted: false };
  }
}

function askFor(method: Method, store: SweepStore): Wanted {
  const wanted = method.wanted(store);
  for (const spec of allTrials(wanted)) store.addSpec(spec);
  return wanted;
}

/** Ids of trials that have no result, or lack truncations. */
function missing(store: SweepStore, wanted: Wanted): string[] {
  return [...missingTrials(store, wanted), ...uncut(store, wanted).map(({ trialId }) => trialId)];
}

function uncut(store: SweepStore, { truncations }: Wanted): WantedTruncation[] {
  return truncations.filter((one) => missingRanks(store, one).length > 0);
}

function missingTrials(store: SweepStore, wanted: Wanted): string[] {
  return allTrials(wanted)
    .map(trialId)
    .filter((id) => !store.isDone(id));
}

function allTrials({ trials, otherRates = [] }: Wanted): TrialSpec[] {
  return [...trials, ...otherRates];
}

export function resourcesFor(
  options: Pick<StageOptions, "modelFolder" | "datasetFile" | "threads" | "device" | "trialModule">,
): LocalExecutorOptions["resources"] {
  const { device, trialModule } = options;
  return {
    modelFolder: resolve(options.modelFolder),
    datasetFile: options.datasetFile,
    threads: options.threads,
    ...(device === undefined ? {} : { device }),
    ...(trialModule === undefined ? {} : { trialModule: resolve(trialModule) }),
  };
}

/** Trials that share a process; measured where that is asked for and can be. */
async function packFor(
  store: SweepStore,
  { specs, config }: SweepPlan,
  missing: readonly string[],
  resources: LocalExecutorOptions["resources"],
  options: StageOptions,
): Promise<number> {
  const { pack = 1, signal, killSignal } = options;
  if (pack !== "auto") return pack;
  if (whyNotPack(specs, missing.length, options) !== undefined) return 1;
  const { ranks } = config;
  const choice = await measurePacks(store, { ids: missing, ranks, resources, signal, killSignal });
  if (choice !== undefined) options.onPackChoice?.(choice);
  return choice?.trials ?? 1;
}
