import { assertResultsFolder, runPlan, type SweepEvent } from "@lorank/sweep";
import { defaults } from "../defaults.ts";
import { exitCode } from "../exit-codes.ts";
import { createOutput, type Output, type OutputFlags } from "../output.ts";
import { liveProgress } from "../progress/live.ts";
import { plainProgress } from "../progress/plain.ts";
import type { Progress } from "../progress/progress.ts";
import { isOfTrial, sweepWords } from "../progress/sweep-words.ts";
import type { EarlierTrial } from "../progress/tally.ts";
import { withoutPassword } from "../redis.ts";
import { shellCommand, sweepCommands } from "../settings/command-words.ts";
import { readAsked, settingsToKeep, withOverlapOf } from "../settings/kept-settings.ts";
import type { RawFlags } from "../settings/read.ts";
import { withUntil } from "../settings/until.ts";
import { mayColour, mayDrawLive, processTerminal } from "../terminal.ts";
import { plainText } from "../text.ts";
import { serveBeside } from "../watch/beside-sweep.ts";
import { announce, planDocument } from "./announce.ts";
import { announceCommand, commandDocument } from "./announce-command.ts";
import { prepareCommandSweep } from "./command-sweep.ts";
import { executorOf } from "./executor.ts";
import { finish } from "./finish.ts";
import { inFlagWords } from "./flag-words.ts";
import { createInterrupts, type Interrupts } from "./interrupts.ts";
import { earlierTrials, roomWarning } from "./out-folder.ts";
import { type AnySweep, prepareSweep } from "./prepare.ts";
import { printSweepConfig } from "./print-sweep-config.ts";
import { searchFailed, searchFirst, withEarlierSearch } from "./search.ts";
import { slurmOptions, slurmPreview } from "./slurm.ts";

/** Flags that say what to do with a sweep and are no part of it. */
export interface SweepFlags extends OutputFlags {
  readonly extend?: boolean;
  readonly requireConclusive?: boolean;
  readonly dryRun?: boolean;
  readonly printConfig?: boolean;
  readonly watch?: boolean;
}

/** Runs `lorank sweep` and returns what to exit with. */
export async function runSweepCommand(
  file: string | undefined,
  flags: SweepFlags & RawFlags,
): Promise<number> {
  const output = createOutput(flags);
  const interrupts = createInterrupts();
  const messages = new Map<string, string>();
  let progress = notesOn(output);
  const report = (event: SweepEvent): void => {
    if (event.kind === "trial-failed") messages.set(event.trialId, event.message);
    progress.report(event);
  };
  const asked = readAsked("sweep", file, flags, typeof flags.out === "string" ? flags.out : defaults.out);
  const settings = settingsToKeep(asked);
  const given = withUntil(asked.settings);
  if (flags.printConfig === true) return printSweepConfig("sweep", { ...asked, file, flags });
  if (asked.warning !== undefined) output.note(plainText(asked.warning));
  const executor = await executorOf(given, (words) => progress.say(words));
  const told = { signals: interrupts.signals, reporter: { report }, executor };
  const { trainer } = given;
  const planned = inItsFolder(
    trainer === undefined
      ? await prepareSweep(withOverlapOf(given.out ?? defaults.out, given), flags, told)
      : prepareCommandSweep({ ...given, trainer }, asked.folder, told),
    flags,
  );
  const earlier = earlierTrials(planned);
  if ("dataset" in planned) announce(planned, earlier, asked.inherited, output);
  else announceCommand(planned, earlier.length, asked.inherited, output);
  const warning = "dataset" in planned && earlier.length === 0 ? roomWarning(planned) : undefined;
  if (warning !== undefined) output.note(warning);
  if (flags.dryRun === true) {
    const document = "dataset" in planned ? planDocument(planned) : commandDocument(planned);
    const slurm =
      given.executor === "slurm" ? slurmPreview(slurmOptions(given), slurmTasks(planned)) : undefined;
    output.document(slurm === undefined ? document : { ...document, slurm });
    if (slurm !== undefined) output.print(`\n${slurm.command}\n\n${plainText(slurm.script).trimEnd()}`);
    output.print("\nDry run: nothing was written.");
    return exitCode.done;
  }
  interrupts.listen((signal) =>
    progress.say(
      signal === "SIGINT"
        ? "Stopping; what is done stays. Press Ctrl-C again to end at once."
        : "Asked to end; what is done stays.",
    ),
  );
  const { out } = planned;
  const typed = process.argv.slice(2).map(withoutPassword);
  const commands = sweepCommands(asked, { out, typed });
  const command = shellCommand(commands.resume);
  const results = { out, extend: flags.extend === true, settings };
  const page = flags.watch === true ? await serveBeside(out, given, output) : undefined;
  let isDone = false;
  try {
    const search =
      "dataset" in planned
        ? await searchFirst(planned, results, output)
        : ({ status: "found", prepared: planned } as const);
    if (search.status === "failed") return searchFailed(search, { out, command, output });
    if (search.status === "interrupted") return stopped(planned, interrupts, command, output);
    const prepared: AnySweep = search.prepared;
    progress = createProgress(prepared, earlier, flags);
    const outcome = await runPlan(
      prepared,
      { ...results, portable: "portable" in prepared && prepared.portable },
      prepared.run,
    ).finally(() => progress.end());
    // A signal that came when the last trial was done has interrupted nothing.
    if (outcome.interrupted) return stopped(prepared, interrupts, command, output);
    const code = finish({ prepared, outcome, messages, output, commands, flags });
    isDone = outcome.results !== null;
    return code;
  } catch (error) {
    throw inFlagWords(error);
  } finally {
    interrupts.release();
    await (isDone ? page?.finish() : page?.close());
  }
}

/** What of a sweep decides how its trials are given to Slurm. */
function slurmTasks(planned: AnySweep): Parameters<typeof slurmPreview>[1] {
  const { out, plan, run } = planned;
  const threads = "dataset" in planned ? { threads: run.threads } : {};
  return { out, trials: plan.specs.length, ...threads };
}

/** The sweep with what an earlier search in its folder found. Throws where the folder is another's. */
function inItsFolder(asked: AnySweep, flags: SweepFlags): AnySweep {
  try {
    assertResultsFolder(asked.out);
    return "dataset" in asked ? withEarlierSearch(asked, flags) : asked;
  } catch (error) {
    throw inFlagWords(error);
  }
}

/** Says how to go on, and returns what to exit with. */
function stopped({ out }: AnySweep, interrupts: Interrupts, command: string, output: Output): number {
  output.note(`Stopped. To go on where it stopped:\n  ${command}`);
  output.document({ status: "interrupted", out, resume: command });
  return interrupts.code() ?? exitCode.interrupted;
}

/** Before the first trial: lines and nothing else. */
function notesOn(output: Output): Progress {
  return {
    report: (event) => {
      if (!isOfTrial(event)) output.note(sweepWords(event));
    },
    say: (text) => output.note(text),
    end: () => {},
  };
}

function createProgress(prepared: AnySweep, earlier: readonly EarlierTrial[], flags: SweepFlags): Progress {
  const terminal = processTerminal();
  const { ranks, seeds } = prepared.plan.summary;
  if (flags.quiet === true) return { report: () => {}, say: () => {}, end: () => {} };
  const sink = {
    write: (text: string) => void process.stderr.write(text),
    get columns() {
      return process.stderr.columns ?? 100;
    },
  };
  if (!mayDrawLive(terminal, flags)) return plainProgress(sink);
  const coloured = mayColour(terminal, "stderr", flags);
  const dim = coloured ? (text: string) => `\u001b[2m${text}\u001b[22m` : (text: string) => text;
  return liveProgress(sink, { ranks, seeds: seeds.length, earlier, dim });
}
