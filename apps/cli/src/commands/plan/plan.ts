import { comparedIn } from "@lorank/evidence/results";
import type { MeasuredTime, MeasureProgress } from "@lorank/sweep";
import { type End, type Input, ofEnd, type TypedWords } from "../../command.ts";
import { StoppedError } from "../../errors.ts";
import { exitCode } from "../../exit-code.ts";
import { flagsOf } from "../../flags/setting.ts";
import type { Messages } from "../../output.ts";
import { type ProgressLine, progressLine } from "../../progress/progress.ts";
import { readRequest } from "../../settings/request.ts";
import { type SettingsOf, settingsOf } from "../../settings/table.ts";
import { shellCommand, withoutFlags } from "../../shell-command.ts";
import { createInterrupts, type Interrupts } from "../../sweep/interrupts.ts";
import { preparationOf, sweepConfigSources } from "../../sweep/prepare.ts";
import type { ConfigSources, PrintedConfig } from "../../sweep/print-config.ts";
import type { Preparation, ReadySweep } from "../../sweep/ready-sweep.ts";
import { plainText } from "../../text.ts";
import { designOf, type PlanRequest, type Runs, readPlanRequest, sweepFolder } from "./design.ts";
import { type AnsweredPlan, planOfDesign, planOfOutcomes, planOfSweep } from "./document.ts";
import { type PlanCommands, printPlan, printSummary, timedWords } from "./print-plan.ts";

type PlanTyped = TypedWords<Input<SettingsOf<"plan">, readonly [file: string | undefined]>>;

interface PlanQuestion extends PlanRequest {
  readonly all: boolean;
  readonly config: ConfigSources | undefined;
}

export function read({ names: [file], flags }: PlanTyped): PlanQuestion {
  const request = readPlanRequest(file, flags);
  const out = sweepFolder(flags);
  const config =
    flags.printConfig === true
      ? sweepConfigSources("plan", { ...readRequest("plan", file, flags, out), out, file })
      : undefined;
  return { ...request, all: flags.all === true, config };
}

export function settingsInFiles({ settings }: PlanQuestion) {
  return settings as Readonly<Record<string, unknown>>;
}

export const { document, view } = ofEnd;

export async function run(
  { all, config, ...request }: PlanQuestion,
  output: Messages,
): Promise<End<PlanDocument>> {
  if (config !== undefined) {
    const { printedConfig } = await import("../../sweep/print-config.ts");
    return printedConfig(config);
  }
  const { settings } = request;
  const {
    results,
    filter,
    score,
    "group-column": groupColumn,
    where,
    "average-over": averageOver,
  } = settings;
  const choices = { filter, score, groupColumn, where, averageOver };
  const runs =
    results === undefined
      ? undefined
      : await (await import("./earlier-runs.ts")).readRuns(results, output, choices);
  const preparation = preparationOf(settings);
  const ofOutcomes = settings.examples !== undefined || (runs !== undefined && runs.trials === undefined);
  const typed = process.argv.slice(3);
  const print = all ? printPlan : printSummary;
  if (ofOutcomes && preparation.readsData) {
    const document = planOfOutcomes(request, runs);
    return { document, view: (page) => print({ document, ...commandsOf(typed, settings, runs) }, page) };
  }
  const { ready, document } = await planOfPrepared(preparation, request, { runs, output });
  const commands = commandsOf(typed, settings, runs, ready.plan.summary);
  return { document, view: (page) => print({ document, ready, ...commands }, page) };
}

export function commandsOf(
  typed: readonly string[],
  { results, until }: Pick<PlanRequest["settings"], "results" | "until">,
  runs?: Pick<Runs, "trials">,
  summary?: Pick<ReadySweep["plan"]["summary"], "method" | "seeds">,
): PlanCommands {
  const flags = flagsOf(settingsOf("plan"));
  const named = (...names: readonly string[]) => flags.filter(({ key }) => names.includes(key));
  const ofSweep = new Set(flagsOf(settingsOf("sweep")).map(({ key }) => key));
  const planOnly = flags.filter(({ key }) => !ofSweep.has(key));
  const shared = withoutFlags(typed, planOnly);
  const folder = runs?.trials === undefined || results === undefined ? [] : ["--out", results, "--extend"];
  const count = until === undefined ? "seeds" : "max-seeds";
  // A probe trains one rank only; a grid trains all.
  const grid = summary?.method === "probe" ? ["--method", "grid"] : [];
  const others = withoutFlags(shared, named(count, ...(grid.length > 0 ? ["method"] : [])));
  const again = withoutFlags(typed, named(count));
  const first = "first-seed";
  return {
    run: shellCommand(["sweep", ...shared, ...folder]),
    firstSeed:
      summary === undefined
        ? []
        : [
            shellCommand(["sweep", ...others, ...grid, `--${count}`, "1", "--out", first]),
            shellCommand(["plan", ...again, "--results", first, `--${count}`, String(summary.seeds.length)]),
          ],
  };
}

interface PlanInputs {
  readonly runs: Runs | undefined;
  readonly output: Messages;
}

async function planOfPrepared(
  preparation: Preparation,
  request: PlanRequest,
  { runs, output }: PlanInputs,
): Promise<{ readonly ready: ReadySweep; readonly document: AnsweredPlan }> {
  const { settings, measure, folder, earlier, warning } = request;
  if (measure && warning !== undefined && !preparation.readsData) output.note(plainText(warning));
  const interrupts = createInterrupts();
  const run = { signals: interrupts.signals };
  const ready = await preparation.prepare({ settings, folder, earlier, dryRun: !measure, run, output });
  const plan = planOfDesign(designOf(ready, request, runs), runs, ready);
  const line = progressLine(output);
  const times = measure ? await measureSweep(ready, { interrupts, line, output }) : undefined;
  return { ready, document: { ...plan, ...(await planOfSweep(ready, runs?.trials, times)) } };
}

interface Measuring {
  readonly interrupts: Interrupts;
  readonly line: ProgressLine;
  readonly output: Messages;
}

async function measureSweep(
  { inputs, plan, run }: ReadySweep,
  { interrupts, line, output }: Measuring,
): Promise<MeasuredTime[]> {
  interrupts.listen(() => {
    line.end();
    output.note("Stopping; nothing is kept.");
  });
  const { measureTime } = await import("@lorank/sweep");
  const compared = comparedIn(plan.summary);
  output.note(`Timing a few steps of ${timedWords(compared)} …`);
  const latest = new Map<number, string>();
  try {
    const times = await measureTime(inputs, run, (progress) => {
      latest.set(progress.rank, `${compared.fullName(progress.rank)}${timingWords(progress)}`);
      line.show([...latest.values()].sort().join("; "));
    });
    if (times !== undefined) return times;
    const code = interrupts.code();
    const exit = code === undefined || code === exitCode.interrupted ? exitCode.killed : code;
    throw new StoppedError("The measurement was stopped by a signal; nothing was written.", exit);
  } finally {
    line.end();
    interrupts.release();
  }
}

function timingWords({ event }: MeasureProgress): string {
  if (event.kind === "step") return `: step ${event.step} of ${event.steps}`;
  if (event.kind === "evaluating") return `: evaluation batch ${event.done} of ${event.total}`;
  return "";
}

export type PlanDocument = AnsweredPlan | PrintedConfig;
