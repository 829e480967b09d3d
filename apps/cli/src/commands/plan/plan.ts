import type { PairNoise, PreviewRow } from "@lorank/evidence";
import type { MeasuredTime, MeasureProgress } from "@lorank/sweep";
import type { MemoryPrediction } from "@lorank/train";
import { type End, type Input, ofEnd, type TypedWords } from "../../command.ts";
import { exitCode, StoppedError } from "../../errors.ts";
import { flagsOf } from "../../flags/setting.ts";
import type { Messages } from "../../output.ts";
import { type ProgressLine, progressLine } from "../../progress/progress.ts";
import { withoutFlags } from "../../settings/command-words.ts";
import { readRequest } from "../../settings/request.ts";
import { shellCommand } from "../../settings/saved-settings.ts";
import { type SettingsOf, settingsOf } from "../../settings/table.ts";
import { createInterrupts, type Interrupts } from "../../sweep/interrupts.ts";
import type { DiskUse } from "../../sweep/out-folder.ts";
import { preparationOf, sweepConfigSources } from "../../sweep/prepare.ts";
import type { ConfigSources, PrintedConfig } from "../../sweep/print-config.ts";
import type { Preparation, ReadySweep, SweepPreview } from "../../sweep/ready-sweep.ts";
import { plainText } from "../../text.ts";
import {
  type PlanAnswer,
  type PlannedSweep,
  planOfOutcomes,
  planOfSweep,
  type SweepCosts,
  type SweepTime,
  secondsLeft,
} from "./cost.ts";
import {
  type Design,
  designOf,
  type NoiseCase,
  noiseCases,
  type PlanRequest,
  type Runs,
  readPlanRequest,
  sweepFolder,
} from "./design.ts";
import { type PlanCommands, printPlan, printSummary, vllmNote } from "./print-plan.ts";
import type { PublishedSweep } from "./published.ts";

type PlanTyped = TypedWords<Input<SettingsOf<"plan">, readonly [file: string | undefined]>>;

/** A request, and the settings that `--print-config` shows. */
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
  const answer =
    ofOutcomes && preparation.readsData
      ? planOfOutcomes(request, runs)
      : await planOfPrepared(preparation, request, { runs, output });
  const print = all ? printPlan : printSummary;
  return {
    document: planDocument(answer),
    view: (page) => print(answer, commandsOf(process.argv.slice(3), answer, settings), page),
  };
}

/** The commands that run the planned sweep, and that learn from a first seed. */
export function commandsOf(
  typed: readonly string[],
  { runs, sweep }: Pick<PlanAnswer, "runs" | "sweep">,
  { results, until }: Pick<PlanRequest["settings"], "results" | "until">,
): PlanCommands {
  const flags = flagsOf(settingsOf("plan"));
  const named = (...names: readonly string[]) => flags.filter(({ key }) => names.includes(key));
  const ofSweep = new Set(flagsOf(settingsOf("sweep")).map(({ key }) => key));
  const planOnly = flags.filter(({ key }) => !ofSweep.has(key));
  const shared = withoutFlags(typed, planOnly);
  const folder = runs?.trials === undefined || results === undefined ? [] : ["--out", results, "--extend"];
  const summary = sweep?.ready.plan.summary;
  const count = until === undefined ? "seeds" : "max-seeds";
  // A probe trains one rank alone.
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

/** Prepares the sweep, and measures it where that is requested. */
async function planOfPrepared(
  preparation: Preparation,
  request: PlanRequest,
  { runs, output }: PlanInputs,
): Promise<PlanAnswer> {
  const { settings, measure, folder, earlier, warning } = request;
  if (measure && warning !== undefined && !preparation.readsData) output.note(plainText(warning));
  const interrupts = createInterrupts();
  const run = { signals: interrupts.signals };
  const sweep = await preparation.prepare({ settings, folder, earlier, dryRun: !measure, run, output });
  const design = designOf(sweep, request, runs);
  const cases = design === undefined ? [] : noiseCases(design, runs);
  const line = progressLine(output);
  const times = measure ? await measureSweep(sweep, { interrupts, line, output }) : undefined;
  return planOfSweep(sweep, { design, cases, runs, times });
}

interface Measuring {
  readonly interrupts: Interrupts;
  readonly line: ProgressLine;
  readonly output: Messages;
}

/** Times a few steps. @throws StoppedError where a signal comes. */
async function measureSweep(
  { inputs, run }: ReadySweep,
  { interrupts, line, output }: Measuring,
): Promise<MeasuredTime[]> {
  interrupts.listen(() => {
    line.end();
    output.note("Stopping; nothing is kept.");
  });
  const { measureTime } = await import("@lorank/sweep");
  output.note("Timing a few steps of the smallest and the largest rank …");
  const latest = new Map<number, string>();
  try {
    const times = await measureTime(inputs, run, (progress) => {
      latest.set(progress.rank, timingWords(progress));
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

/** "rank 4: step 3 of 6". */
function timingWords({ rank, event }: MeasureProgress): string {
  if (event.kind === "step") return `rank ${rank}: step ${event.step} of ${event.steps}`;
  if (event.kind === "evaluating") return `rank ${rank}: evaluation batch ${event.done} of ${event.total}`;
  return `rank ${rank}`;
}

export type PlanDocument = AnsweredPlan | PrintedConfig;

/** The plan of a sweep, or of outcomes alone. Members without a value are null. */
export interface AnsweredPlan extends Partial<SweepPlanDocument> {
  readonly design: Design | null;
  /** The runs that noise and times are from. */
  readonly results: { readonly path: string; readonly warning: string | null } | null;
  readonly noise: readonly NoiseDocument[];
}

/** Absent where only numbers of outcomes are planned for. */
interface SweepPlanDocument {
  readonly costs: CostsDocument;
  readonly sweep: SweepPreview;
  /** Absent where a trainer's command has the data. */
  readonly vllmRanks?: string | null;
  readonly published: readonly PublishedSweep[];
}

/** A noise of differences between ranks, and what the design can show under it. */
interface NoiseDocument extends Pick<NoiseCase, "source"> {
  readonly disagreement: number | null;
  readonly variance: PairNoise["components"];
  readonly differing: number;
  /** Present where the noise was observed. */
  readonly observedSeeds?: number;
  readonly observedRanks?: readonly number[];
  readonly bySeeds: readonly (Omit<PreviewRow, "difference"> & { readonly detectableDifference: number })[];
  readonly needed: {
    readonly seedsWithTheseExamples: number | null;
    /** Fewer, which would do if the noise between seeds is small. */
    readonly leastSeedsWithTheseExamples: number | null;
    readonly examplesWithTheseSeeds: number | null;
    readonly fewestOutcomes: SeedsAndExamples | null;
    readonly fewestOutcomesOfThisData: SeedsAndExamples | null;
    readonly oneSeedExamples: number | null;
  };
}

interface SeedsAndExamples {
  readonly examples: number;
  readonly seeds: number;
}

interface CostsDocument extends Pick<SweepCosts, "trials" | "expectedTrials" | "done"> {
  readonly trialsAtOnce: number;
  readonly timeSource: "measured" | "results" | null;
  readonly secondsLeft: number | null;
  readonly secondsByPart: SweepTime | null;
  readonly peakBytes: number | null;
  readonly diskBytes: DiskUse | null;
  readonly ranks: readonly {
    readonly rank: number;
    readonly trialSeconds: number | null;
    readonly peakBytes?: number;
    readonly peakPhase?: MemoryPrediction["peakPhase"];
  }[];
}

export function planDocument({ design, cases, runs, sweep }: PlanAnswer): AnsweredPlan {
  return {
    design: design ?? null,
    results: runs === undefined ? null : { path: runs.path, warning: sweep?.warning ?? null },
    noise: cases.map(noiseDocument),
    ...(sweep === undefined ? {} : sweepDocument(sweep)),
  };
}

function sweepDocument({ ready, costs, published }: PlannedSweep): SweepPlanDocument {
  return {
    costs: costsDocument(costs, ready.costs?.disk),
    sweep: ready.document,
    ...(ready.costs === undefined ? {} : { vllmRanks: vllmNote(ready.costs) ?? null }),
    published,
  };
}

function noiseDocument({ source, disagreement, noise, preview, within }: NoiseCase): NoiseDocument {
  const { seeds, leastSeeds, examples, design, oneSeedExamples } = preview.needs;
  return {
    source,
    disagreement: disagreement ?? null,
    variance: noise.components,
    differing: noise.differing,
    ...(noise.seeds && noise.ranks ? { observedSeeds: noise.seeds, observedRanks: noise.ranks } : {}),
    bySeeds: preview.rows.map(({ difference, ...row }) => ({ ...row, detectableDifference: difference })),
    needed: {
      seedsWithTheseExamples: seeds ?? null,
      leastSeedsWithTheseExamples: leastSeeds ?? null,
      examplesWithTheseSeeds: examples ?? null,
      fewestOutcomes: design ?? null,
      fewestOutcomesOfThisData: within.design ?? null,
      oneSeedExamples: oneSeedExamples ?? null,
    },
  };
}

function costsDocument(costs: SweepCosts, disk: DiskUse | undefined): CostsDocument {
  const { trials, expectedTrials, done, ranks, timeSource, time, atOnce, peakBytes } = costs;
  return {
    trials,
    expectedTrials,
    done,
    trialsAtOnce: atOnce,
    timeSource: timeSource ?? null,
    secondsLeft: time === undefined ? null : secondsLeft(time),
    secondsByPart: time ?? null,
    peakBytes: peakBytes ?? null,
    diskBytes: disk ?? null,
    ranks: ranks.map(({ rank, seconds, memory }) => ({
      rank,
      trialSeconds: seconds ?? null,
      ...(memory === undefined ? {} : { peakBytes: memory.allocatedBytes, peakPhase: memory.peakPhase }),
    })),
  };
}
