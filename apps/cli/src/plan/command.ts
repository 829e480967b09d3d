import { InputError } from "@lorank/core";
import { defaultMetric, metrics, type TrialResult } from "@lorank/core/results";
import { type MeasuredTime, type MeasureProgress, measureTime } from "@lorank/sweep";
import { defaults } from "../defaults.ts";
import { exitCode } from "../exit-codes.ts";
import { createOutput, type Output, type OutputFlags } from "../output.ts";
import { progressLine } from "../progress/progress-line.ts";
import { readAsked } from "../settings/kept-settings.ts";
import type { RawFlags } from "../settings/read.ts";
import { prepareCommandSweep } from "../sweep/command-sweep.ts";
import { createInterrupts, type Interrupts } from "../sweep/interrupts.ts";
import { type AnySweep, type PreparedSweep, prepareSweep } from "../sweep/prepare.ts";
import { printSweepConfig } from "../sweep/print-sweep-config.ts";
import { plainText } from "../text.ts";
import { capacityPlan } from "./capacity.ts";
import { sweepCosts } from "./cost.ts";
import { type AskedDesign, noiseCases } from "./design.ts";
import { previewDocument } from "./document.ts";
import { printCapacity } from "./print-capacity.ts";
import { printCostPlan } from "./print-costs.ts";
import { printDesign } from "./print-design.ts";
import { type Runs, readRuns } from "./read-runs.ts";
import { type PlanSettings, readPlanSettings, sweepFolder } from "./settings.ts";
import { printTrainerPlan } from "./trainer-plan.ts";

/** Runs `lorank plan` and returns what to exit with. */
export async function runPlanCommand(
  file: string | undefined,
  flags: OutputFlags & RawFlags,
): Promise<number> {
  const output = createOutput(flags);
  const asked = readPlanSettings(file, flags);
  if (flags.printConfig === true) {
    const out = sweepFolder(flags);
    return printSweepConfig("plan", { ...readAsked("plan", file, flags, out), out, file, flags });
  }
  const runs = asked.results === undefined ? undefined : await readRuns(asked.results, flags);
  if (asked.trainer !== undefined) {
    const { trainer, warning } = asked;
    if (asked.measure && warning !== undefined) output.note(plainText(warning));
    const interrupts = createInterrupts();
    const prepared = prepareCommandSweep({ ...asked, trainer }, asked.folder, interrupts);
    assertRanks(prepared.plan.summary.ranks);
    const times = asked.measure ? await measure(prepared, interrupts, flags, output) : undefined;
    if (typeof times === "number") return times;
    printTrainerPlan(prepared, { asked, runs, times }, output);
    return exitCode.done;
  }
  const foreign = asked.examples !== undefined || (runs !== undefined && runs.trials === undefined);
  if (foreign) return planForeign(asked, runs, output);

  const interrupts = createInterrupts();
  const { signals } = interrupts;
  const prepared = await prepareSweep(asked, { ...flags, dryRun: !asked.measure }, { signals });
  const design = designOf(prepared, asked);
  const cases = noiseCases(design, runs);
  const times = asked.measure ? await measure(prepared, interrupts, flags, output) : undefined;
  if (typeof times === "number") return times;
  const trials = runs?.trials ?? [];
  const costs = await sweepCosts(prepared, trials, times);
  const capacity = capacityPlan(prepared, times?.[0]?.before);
  const warning = otherSubject(prepared, trials);
  output.document(previewDocument({ design, cases, runs, prepared, costs, capacity, warning }));
  printCostPlan(prepared, costs, output);
  printCapacity(capacity, prepared.plan.config.task, output);
  if (warning !== undefined) output.note(`${warning}\n`);
  printDesign(design, cases, runs, output);
  return exitCode.done;
}

/** For outcomes of another trainer, of which only the numbers matter. */
function planForeign(given: PlanSettings, runs: Runs | undefined, output: Output): number {
  const metric = given.metric ?? defaultMetric;
  const seeds = given.seeds ?? defaults.seeds;
  const design: AskedDesign = {
    ranks: (given.ranks ?? runs?.outcomes.ranks ?? defaults.ranks).toSorted((a, b) => a - b),
    seeds: typeof seeds === "number" ? seeds : seeds.length,
    examples: given.examples ?? runs!.outcomes.examples,
    metric,
    margin: given.margin ?? metrics[metric].defaultMargin,
    confidence: given.confidence ?? defaults.confidence,
    power: given.power,
    binary: true,
  };
  assertRanks(design.ranks);
  const cases = noiseCases(design, runs);
  output.document(previewDocument({ design, cases, runs }));
  printDesign(design, cases, runs, output);
  return exitCode.done;
}

function designOf({ plan, validationLimit }: PreparedSweep, { power }: PlanSettings): AskedDesign {
  const { ranks, seeds, method, metric, margin, confidence } = plan.summary;
  assertRanks(ranks);
  return {
    ...(method === undefined ? {} : { method }),
    ranks,
    seeds: seeds.length,
    examples: plan.data.validationExamples,
    limit: validationLimit,
    metric,
    margin,
    confidence,
    power,
    binary: plan.config.task.kind === "classification",
  };
}

function assertRanks(ranks: readonly number[]): void {
  if (ranks.length > 1) return;
  throw new InputError("E_PLAN", `ranks must be two or more to be compared, got ${ranks.join(",")}`);
}

/** The times, or what to exit with where it was stopped. */
async function measure(
  prepared: AnySweep,
  interrupts: Interrupts,
  flags: OutputFlags,
  output: Output,
): Promise<MeasuredTime[] | number> {
  output.note("Timing a few steps of the smallest and the largest rank …");
  const line = progressLine(flags);
  interrupts.listen(() => {
    line.end();
    output.note("Stopping; nothing is kept.");
  });
  const latest = new Map<number, string>();
  try {
    const times = await measureTime(prepared, prepared.run, (progress) => {
      latest.set(progress.rank, timingWords(progress));
      line.show([...latest.values()].sort().join("; "));
    });
    if (times !== undefined) return times;
    const code = interrupts.code();
    return code === undefined || code === exitCode.interrupted ? exitCode.killed : code;
  } finally {
    line.end();
    interrupts.release();
  }
}

/** "rank 4: step 3 of 6". */
export function timingWords({ rank, event }: MeasureProgress): string {
  if (event.kind === "step") return `rank ${rank}: step ${event.step} of ${event.steps}`;
  if (event.kind === "evaluating") return `rank ${rank}: evaluation batch ${event.done} of ${event.total}`;
  return `rank ${rank}`;
}

/** What to know where the runs are not of the model or the data that are planned for. */
function otherSubject({ plan }: PreparedSweep, trials: readonly TrialResult[]): string | undefined {
  const first = trials[0]?.spec;
  if (first === undefined) return undefined;
  if ("trainer" in first) return "The results are of another trainer: their noise may not be this sweep's.";
  const { base, data } = plan.config;
  const others = [
    ...(first.data.sha256 === data.sha256 ? [] : [`data (${first.data.name})`]),
    ...(JSON.stringify(first.base) === JSON.stringify(base) ? [] : [`a base (${first.base.name})`]),
  ];
  if (others.length === 0) return undefined;
  return `The results are of other ${others.join(" and of ")} than this plan: their noise may not be this sweep's.`;
}
