import { existsSync } from "node:fs";
import { isInputError, parseJson } from "@lorank/core";
import { testScoreOf } from "@lorank/evidence";
import { checkResultPart, parseResults } from "@lorank/evidence/parse";
import {
  armNumber,
  canonicalPieces,
  type Decision,
  type Results,
  type TestScore,
  type TestSet,
  type TrialResult,
} from "@lorank/evidence/schema";
import { failuresOf, type RequiredTrials, resultsOf, untouchedBase } from "../methods/methods.ts";
import type { ProgressReporter } from "../plan/events.ts";
import type { Plan } from "../plan/plan.ts";
import { readJson, writeIfDifferent } from "../store/files.ts";
import { readAroundList } from "../store/json-list.ts";
import { searchBehind } from "../store/record.ts";
import type { SweepStore } from "../store/store.ts";
import { subjectOf } from "../trainers/subject.ts";
import {
  byRankThenSeed,
  type DecidedTrials,
  decideTrials,
  type Execution,
  resultsDocument,
} from "./results-document.ts";

/** Writes `results.json`. All required trials must have results: ranks are compared on the same seeds. */
export function collectResults(
  store: SweepStore,
  plan: Plan,
  decided: DecidedTrials,
  execution: Execution,
): Results {
  const search = "data" in plan ? searchBehind(store.out, plan.config) : undefined;
  const subject = subjectOf(plan, store);
  const { test, validationGroups } = subject.data;
  const score = test && testScoreIn(store, { test, validationGroups }, decided);
  const results = resultsDocument(plan.summary, subject, decided, execution, {
    ...(search === undefined ? {} : { search }),
    ...(score === undefined ? {} : { test: score }),
  });
  writeIfDifferent(store.path("results.json"), { [Symbol.iterator]: () => linesOf(results) });
  return results;
}

function* linesOf(results: Results): Generator<Uint8Array> {
  for (const piece of canonicalPieces(results)) yield Buffer.from(piece);
  yield Buffer.from("\n");
}

export function decideRequired(store: SweepStore, plan: Plan, required: RequiredTrials): DecidedTrials {
  const { axis } = plan.summary;
  const trials = resultsOf(store, required.trials).sort(byRankThenSeed(axis));
  const truncations = required.truncations
    .flatMap(({ trialId, ranks }) => ranks.map((rank) => store.readTruncation(trialId, rank)))
    .sort((a, b) => a.rank - b.rank || a.seed - b.seed);
  const otherRates = resultsOf(store, required.otherRates ?? []).sort(byRateThenRank);
  const [otherScaling] = required.otherScaling === undefined ? [] : resultsOf(store, [required.otherScaling]);
  const base = untouchedBase(store, plan);
  const failures = failuresOf(store, required.trials, axis);
  const found = {
    trials,
    ...(failures.length > 0 ? { failures } : {}),
    // The base's score is absent where that trial was cancelled.
    ...(base !== undefined && store.hasBase(base) ? { untouchedBase: store.readBase(base) } : {}),
    ...(truncations.length > 0 ? { truncations } : {}),
    ...(otherRates.length > 0 ? { otherRates } : {}),
    ...(otherScaling === undefined ? {} : { otherScaling }),
  };
  return decideTrials(plan.summary, subjectOf(plan, store).data, found);
}

/**
 * Threads and concurrency recorded in an earlier `results.json`, if undamaged; {@link collectResults} derives the rest.
 *
 * @throws InputError `E_RESULTS_VERSION` for a later version's file, which must not be overwritten.
 */
export function earlierExecution(store: SweepStore, reporter: ProgressReporter): Execution | undefined {
  const file = store.path("results.json");
  if (!existsSync(file)) return undefined;
  let sweep: Results["sweep"];
  try {
    ({ sweep } = soundResults(file) ?? parseResults(readJson(file, "It is derived from the trials."), file));
  } catch (error) {
    if (!isInputError(error) || error.code === "E_RESULTS_VERSION") throw error;
    reporter.report({ kind: "file-rebuilt", file, damage: error.message });
    return undefined;
  }
  const { threadsPerTrial, trialsAtOnce } = sweep;
  return { ...(threadsPerTrial === undefined ? {} : { threadsPerTrial }), trialsAtOnce };
}

/**
 * Checks `results.json` a trial at a time, to save memory; returns it with the first trial only. Undefined where only a
 * full read can tell.
 */
function soundResults(file: string): Pick<Results, "sweep"> | undefined {
  const first: unknown[] = [];
  let isSound = true;
  const check = (text: string): void => {
    const trial = parseJson(text, file);
    isSound &&= checkResultPart("TrialResult", trial).length === 0;
    if (first.length === 0) first.push(trial);
  };
  try {
    const around = parseJson(readAroundList(file, "trials", check), file) as Results;
    if (!isSound || around.trials.length > 0) return undefined;
    return parseResults({ ...around, trials: first });
  } catch {
    return undefined; // a full read says what is wrong with the file
  }
}

function byRateThenRank(a: TrialResult, b: TrialResult): number {
  const rateOf = ({ spec }: TrialResult): number => spec.optimizer.learningRate ?? 0;
  return rateOf(a) - rateOf(b) || a.spec.lora.rank - b.spec.lora.rank;
}

/**
 * Trials to score on the test examples: completed at the recommended rank or arm, unless rank 0, which has no adapter.
 * No other is ever scored: two scores would invite a choice.
 */
export function trialsToScore(
  { rank, axis }: Pick<Decision, "rank" | "axis">,
  trials: readonly TrialResult[],
): TrialResult[] {
  return rank === null || rank === 0
    ? []
    : trials.filter(({ spec, evaluation }) => armNumber(spec, axis) === rank && evaluation !== undefined);
}

interface ScoredExamples {
  readonly test: Pick<TestSet, "sha256"> & Partial<TestSet>;
  readonly validationGroups?: readonly number[] | undefined;
}

type ScoredDecision = Pick<Decision, "rank" | "axis" | "metric" | "confidence">;

/**
 * Test score of the recommended rank; undefined where runs are missing or no score is due.
 *
 * @throws InputError as `readTestRun`.
 */
export function testScoreIn(
  store: SweepStore,
  { test, validationGroups }: ScoredExamples,
  { decision, trials }: { readonly decision: ScoredDecision; readonly trials: readonly TrialResult[] },
): TestScore | undefined {
  const { sha256, examples, groups } = test;
  const scored = trialsToScore(decision, trials);
  if (scored.length === 0 || scored.some(({ trialId }) => !store.hasTestRun(sha256, trialId)))
    return undefined;
  const { axis } = decision;
  const numberOf = (id: string): number => armNumber(store.readSpec(id), axis);
  const seen = store.testRuns(sha256, examples).map(({ trialId }) => store.readSpec(trialId));
  // Arms that left the sweep have no number; rank 0 is never scored.
  const former = seen.flatMap((spec) => (armNumber(spec, axis) === 0 && spec.arm ? [spec.arm] : []));
  const ranks = seen.map((spec) => armNumber(spec, axis)).filter((rank) => rank > 0);
  return testScoreOf({
    metric: decision.metric,
    confidence: decision.confidence,
    runs: scored.map(({ trialId }) => ({
      ...store.readTestRun(sha256, trialId, examples),
      rank: numberOf(trialId),
    })),
    validation: scored.map(({ evaluation }) => evaluation!),
    ...{ testGroups: groups, validationGroups },
    otherRanks: [...new Set(ranks)].filter((rank) => rank !== decision.rank),
    formerArms: [...new Set(former)],
  });
}
