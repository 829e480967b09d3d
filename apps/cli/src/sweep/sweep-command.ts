import { runPlan } from "@lorank/sweep";
import { assertResultsFolder, rankChanges } from "@lorank/sweep/folder";
import { defaults } from "../defaults.ts";
import { exitCode } from "../errors.ts";
import type { Preview } from "../executors/executor-row.ts";
import { executorNamed, executorOf } from "../executors/executors.ts";
import { type CommandFlags, createOutput, type Output } from "../output.ts";
import { sweepProgress } from "../progress/sweep-progress.ts";
import { inFlagWords } from "../settings/flag-names.ts";
import { printConfig } from "../settings/print-config.ts";
import { readRequest } from "../settings/request.ts";
import { settingsToKeep, sweepCommands, withUntil } from "../settings/saved-settings.ts";
import type { SettingsOf } from "../settings/table.ts";
import { plainText, withoutPassword } from "../text.ts";
import { serveBeside } from "../watch/watch-command.ts";
import { announce } from "./announce.ts";
import { finish } from "./finish.ts";
import { createInterrupts, stopWords } from "./interrupts.ts";
import { earlierTrials } from "./out-folder.ts";
import { preparationOf, sweepConfigSources } from "./prepare.ts";
import type { ReadySweep, SweepPreview } from "./ready-sweep.ts";
import { searchFailed, stopped } from "./unfinished.ts";

export async function runSweepCommand(file: string | undefined, flags: CommandFlags): Promise<number> {
  const output = createOutput(flags);
  const request = readRequest("sweep", file, flags, typeof flags.out === "string" ? flags.out : defaults.out);
  const settings = withUntil(request.settings);
  if (settings["print-config"] === true)
    return printConfig(sweepConfigSources("sweep", { ...request, file }), output);
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
  announce(sweep, { earlier, inherited: request.inherited, ranks }, { output, all });
  if (settings["dry-run"] === true) return showDryRun(sweep, settings, output);

  interrupts.listen((signal) => progress.say(stopWords(signal)));
  const typed = process.argv.slice(2).map(withoutPassword);
  const commands = sweepCommands(request, { out, typed });
  const { portable } = sweep;
  const folder = { out, extend, portable, retryOutOfMemory, settings: settingsToKeep(request) };
  const page = settings.watch === true ? await serveBeside(out, settings, output) : undefined;
  let isDone = false;
  try {
    const search = await sweep.search(folder, output);
    if (search.status === "failed") return searchFailed(search, { out, commands, output });
    if (search.status === "interrupted") return stopped({ out, commands, interrupts, output });
    const { inputs, plan, run } = search.sweep;
    progress.begin(plan, earlier);
    const outcome = await runPlan(inputs, folder, run).finally(() => progress.end());
    // A signal that came when the last trial was done has interrupted nothing.
    if (outcome.interrupted) return stopped({ out, commands, interrupts, output });
    const code = finish({
      sweep: search.sweep,
      outcome,
      commands,
      settings,
      output,
    });
    isDone = outcome.results !== null;
    return code;
  } catch (error) {
    throw inFlagWords(error);
  } finally {
    interrupts.release();
    await (isDone ? page?.finish() : page?.close());
  }
}

/**
 * The sweep with the settings that an earlier search in its folder found, and how it changes the ranks there. Throws where the
 * folder is another's.
 */
function inItsFolder(planned: ReadySweep, extend: boolean) {
  try {
    assertResultsFolder(planned.out);
    const sweep = planned.withEarlierSearch(extend);
    return { sweep, ranks: extend ? undefined : rankChanges(sweep.out, sweep.plan) };
  } catch (error) {
    throw inFlagWords(error);
  }
}

/** A dry run, and what its scheduler would get. */
export interface DryRunDocument extends SweepPreview {
  readonly slurm?: Preview;
}

async function showDryRun(sweep: ReadySweep, settings: SettingsOf<"sweep">, output: Output): Promise<number> {
  const { out, plan, costs } = sweep;
  const { executor = defaults.executor } = settings;
  const preview = await executorNamed(settings).preview?.(settings, {
    out,
    trials: plan.specs.length,
    threads: costs?.threads,
  });
  output.document<DryRunDocument>(
    preview === undefined ? sweep.document : { ...sweep.document, [executor]: preview },
  );
  if (preview !== undefined) output.print(`\n${preview.command}\n\n${plainText(preview.script).trimEnd()}`);
  output.print("\nDry run: nothing was written.");
  return exitCode.done;
}
