import type { TrialSpec } from "@lorank/core/results";
import { expectedTrials, extraTrials, type MeasuredTime, secondsAt } from "@lorank/sweep";
import { trialId } from "@lorank/train/spec";
import type { Output } from "../output.ts";
import { printFacts, trialsWords } from "../sweep/announce.ts";
import { commandDocument, trainerFacts } from "../sweep/announce-command.ts";
import type { CommandSweep } from "../sweep/command-sweep.ts";
import { duration, wrap } from "../text.ts";
import { type AskedDesign, noiseCases } from "./design.ts";
import { previewDocument } from "./document.ts";
import { printDesign } from "./print-design.ts";
import type { Runs } from "./read-runs.ts";
import type { PlanSettings } from "./settings.ts";
import { measuredTimes, type SweepTime, secondsLeft, sweepTime, timesOf } from "./time.ts";

interface TrainerQuestion {
  readonly asked: PlanSettings;
  readonly runs: Runs | undefined;
  readonly times: readonly MeasuredTime[] | undefined;
}

/** What a sweep of another trainer takes, and what it can show of as many examples as are known. */
export function printTrainerPlan(
  prepared: CommandSweep,
  { asked, runs, times }: TrainerQuestion,
  output: Output,
): void {
  const { plan, run } = prepared;
  const { ranks } = plan.summary;
  const trials = runs?.trials ?? [];
  const finished = new Set(trials.map((trial) => trial.trialId));
  const isMissing = (spec: TrialSpec): boolean => !finished.has(trialId(spec));
  const missing = plan.specs.filter(isMissing);
  const atOnce = Math.min(run.trialsAtOnce, plan.specs.length);
  const known = times ? measuredTimes(times) : timesOf(plan.specs[0]!, trials);
  const extra = extraTrials(plan).filter(isMissing);
  const time = known.length > 0 ? sweepTime(plan, known, { missing, extra, atOnce }) : undefined;
  const design = designOf(prepared, asked, runs);
  const cases = design && noiseCases(design, runs);
  output.document({
    ...(design && cases ? previewDocument({ design, cases, runs }) : { design: null }),
    costs: {
      trials: plan.specs.length,
      expectedTrials: expectedTrials(plan),
      done: plan.specs.length - missing.length,
      trialsAtOnce: atOnce,
      secondsLeft: time === undefined ? null : secondsLeft(time),
      ranks: ranks.map((rank) => ({ rank, trialSeconds: secondsAt(rank, known) ?? null })),
    },
    sweep: commandDocument(prepared),
  });
  printFacts(
    [
      ...trainerFacts(prepared),
      [
        "trials",
        `${trialsWords(prepared)}, ${atOnce} side by side` +
          (missing.length < plan.specs.length ? `; ${plan.specs.length - missing.length} done` : ""),
      ],
      ["time", timeWords(time, times !== undefined)],
    ],
    output,
  );
  if (known.length > 0) {
    output.table<number>(
      [
        { title: "rank", cell: String },
        { title: "time a trial", cell: (rank) => duration(secondsAt(rank, known)!) },
      ],
      ranks,
    );
    output.print();
  }
  if (design && cases) printDesign(design, cases, runs, output);
  else
    output.print(
      wrap(
        "What these trials can show depends on how many examples they are evaluated on: --examples says it before a first run, --results FOLDER after it.",
        Math.min(output.columns, 100),
      ),
    );
}

function timeWords(time: SweepTime | undefined, isMeasured: boolean): string {
  if (time === undefined) return "unknown: --measure runs a few steps of the smallest and the largest rank";
  const from = isMeasured ? "a few steps of the smallest and the largest rank" : "the trials that were run";
  return `about ${duration(secondsLeft(time))}, from ${from}`;
}

function designOf(
  { plan }: CommandSweep,
  { examples, power }: PlanSettings,
  runs: Runs | undefined,
): AskedDesign | undefined {
  const { ranks, seeds, method, metric, margin, confidence } = plan.summary;
  const found = examples ?? runs?.outcomes.examples;
  if (found === undefined) return undefined;
  return {
    ...(method === undefined ? {} : { method }),
    ranks,
    seeds: seeds.length,
    examples: found,
    metric,
    margin,
    confidence,
    power,
    binary: true,
  };
}
