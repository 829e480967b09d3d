import type { Executor } from "../executor/executor.ts";
import type { RunOptions } from "../executor/run-options.ts";
import { runTasks } from "../executor/run-tasks.ts";
import type { TestToScore } from "../plan/job.ts";
import type { DecidedTrials } from "../results/results-document.ts";
import { trialsToScore } from "../results/test-score.ts";
import type { SweepStore } from "../store/store.ts";
import { ProgressTracker } from "./progress-tracker.ts";
import type { StageOutcome } from "./run-stages.ts";
import { scoringTask } from "./tasks.ts";

/** Scores the rank that the decision names on the test examples, where there are some. */
export async function scoreVerdict(
  store: SweepStore,
  { decision, trials }: DecidedTrials,
  test: TestToScore | undefined,
  executor: Executor,
  run: RunOptions,
): Promise<Pick<StageOutcome, "complete" | "failed" | "interrupted">> {
  if (test === undefined) return { complete: true, failed: [], interrupted: false };
  const { sha256 } = test;
  const isMissing = (id: string) => !store.hasTestRun(sha256, id);
  const scored = trialsToScore(decision, trials).map(({ trialId }) => trialId);
  const specs = trials.map(({ spec }) => spec);
  const tracker = new ProgressTracker(store, specs, run.trialsAtOnce, run.reporter);
  const tasks = scored.filter(isMissing).map((id) => scoringTask(store, id, test));
  const { failed } = await runTasks(executor, tasks, run, ({ kind, trialId }) => {
    if (kind === "finished") tracker.scored(store.readTestRun(sha256, trialId));
  });
  for (const one of failed) tracker.failed(one);
  const left = scored.filter(isMissing);
  return {
    complete: left.length === 0,
    failed: failed.map(({ trialId }) => trialId),
    interrupted: left.length > failed.length,
  };
}
