import type { ByArm } from "@lorank/evidence/results";
import { assertResultsFolder, rankChanges } from "@lorank/sweep/folder";
import { type End, type Input, ofEnd, type TypedWords } from "../../command.ts";
import { defaults } from "../../defaults.ts";
import type { Preview } from "../../executors/executor.ts";
import { executorNamed, executorOf } from "../../executors/executors.ts";
import { inFlagWords } from "../../flags/flag-names.ts";
import type { Messages } from "../../output.ts";
import { sweepProgress } from "../../progress/sweep-progress.ts";
import { readRequest } from "../../settings/request.ts";
import {
  type RequestedSettings,
  settingsToKeep,
  sweepCommands,
  withUntil,
} from "../../settings/saved-settings.ts";
import type { SettingsOf } from "../../settings/table.ts";
import { announce } from "../../sweep/announce.ts";
import { createInterrupts, stopWords } from "../../sweep/interrupts.ts";
import { earlierTrials } from "../../sweep/out-folder.ts";
import { preparationOf, sweepConfigSources } from "../../sweep/prepare.ts";
import type { PrintedConfig } from "../../sweep/print-config.ts";
import type { ReadySweep, SweepPreview } from "../../sweep/ready-sweep.ts";
import { plainText, withoutPassword } from "../../text.ts";
import type { FinishedSweepDocument } from "./finish.ts";
import {
  type FailedSweepDocument,
  type InterruptedSweepDocument,
  searchFailed,
  stopped,
} from "./unfinished.ts";

export type SweepDocument =
  | FinishedSweepDocument
  | ByArm<FinishedSweepDocument>
  | FailedSweepDocument
  | InterruptedSweepDocument
  | DryRunDocument
  | PrintedConfig;

type SweepTyped = TypedWords<Input<SettingsOf<"sweep">, readonly [file: string | undefined]>>;

interface SweepRequest extends RequestedSettings<SettingsOf<"sweep">> {
  readonly file: string | undefined;
}

export function read({ names: [file], flags }: SweepTyped): SweepRequest {
  const out = typeof flags.out === "string" ? flags.out : defaults.out;
  return { ...readRequest("sweep", file, flags, out), file };
}

export const { document, view, exit } = ofEnd;

export async function run({ file, ...request }: SweepRequest, output: Messages): Promise<End<SweepDocument>> {
  const settings = withUntil(request.settings);
  if (settings["print-config"] === true) {
    const { printedConfig } = await import("../../sweep/print-config.ts");
    return printedConfig(sweepConfigSources("sweep", { ...request, file }));
  }
  if (request.warning !== undefined) output.note(plainText(request.warning));

  const { out = defaults.out, extend = false, "retry-out-of-memory": retryOutOfMemory = false } = settings;
  const interrupts = createInterrupts();
  const progress = sweepProgress(output);
  const executor = await executorOf(settings, (message) => progress.say(message));
  const planned = await preparationOf(settings).prepare({
    settings,
    folder: request.folder,
    earlier: out,
    dryRun: settings["dry-run"] === true,
    run: { signals: interrupts.signals, reporter: progress, executor },
    output,
  });
  const { sweep, ranks } = inItsFolder(planned, extend);
  const earlier = earlierTrials(sweep, retryOutOfMemory);
  const all = settings.all === true || settings["dry-run"] === true;
  announce(sweep, { earlier, inherited: request.inherited, ranks }, { page: output.page, all });
  if (settings["dry-run"] === true) return dryRun(sweep, settings);

  interrupts.listen((signal) => progress.say(stopWords(signal)));
  const typed = process.argv.slice(2).map(withoutPassword);
  const commands = sweepCommands(request, { out, typed });
  const { portable } = sweep;
  const folder = { out, extend, portable, retryOutOfMemory, settings: settingsToKeep(request) };
  const page =
    settings.watch === true
      ? await (await import("../watch/watch.ts")).serveBeside(out, settings, output)
      : undefined;
  let isDone = false;
  try {
    // Loaded before any trial: an update may replace this program's files while trials run for hours.
    const [{ runPlan }, { finish }] = await Promise.all([import("@lorank/sweep"), import("./finish.ts")]);
    const search = await sweep.search(folder, output);
    if (search.status === "failed") return searchFailed(search, { out, commands });
    if (search.status === "interrupted") return stopped({ out, commands, interrupts });
    const { inputs, plan, run } = search.sweep;
    progress.begin(plan, earlier);
    const outcome = await runPlan(inputs, folder, run).finally(() => progress.end());
    // Signals after the last trial interrupt nothing.
    if (outcome.interrupted) return stopped({ out, commands, interrupts });
    const end = finish({ sweep: search.sweep, outcome, commands, settings });
    isDone = outcome.results !== null;
    return end;
  } catch (error) {
    throw inFlagWords(error);
  } finally {
    interrupts.release();
    await (isDone ? page?.finish() : page?.close());
  }
}

/** Sweep with an earlier search's settings, and its rank changes. Throws if the folder belongs to another sweep. */
function inItsFolder(planned: ReadySweep, extend: boolean) {
  try {
    assertResultsFolder(planned.out);
    const sweep = planned.withEarlierSearch(extend);
    return { sweep, ranks: extend ? undefined : rankChanges(sweep.out, sweep.plan) };
  } catch (error) {
    throw inFlagWords(error);
  }
}

/** Document of a dry run, with the scheduler's input. */
export interface DryRunDocument extends SweepPreview {
  readonly slurm?: Preview;
}

async function dryRun(sweep: ReadySweep, settings: SettingsOf<"sweep">): Promise<End<DryRunDocument>> {
  const { out, plan, costs } = sweep;
  const { executor = defaults.executor } = settings;
  const preview = await executorNamed(settings).preview?.(settings, {
    out,
    trials: plan.specs.length,
    threads: costs?.threads,
  });
  return {
    document: preview === undefined ? sweep.document : { ...sweep.document, [executor]: preview },
    view({ print }) {
      if (preview !== undefined) print(`${preview.command}\n\n${plainText(preview.script).trimEnd()}\n`);
      print("Dry run: nothing was written.");
    },
  };
}
