import { isInputError } from "@lorank/core";
import { packInWords, runSweep, type SweepEvent, type SweepOutcome } from "@lorank/sweep";
import { exitCode } from "../exit-codes.ts";
import { createOutput, type Output, type OutputFlags } from "../output.ts";
import { liveProgress } from "../progress/live.ts";
import { plainProgress } from "../progress/plain.ts";
import type { Progress } from "../progress/progress.ts";
import type { EarlierTrial } from "../progress/tally.ts";
import { type RawFlags, readSettings } from "../settings/read.ts";
import { mayColour, mayDrawLive, processTerminal } from "../terminal.ts";
import { plainText, shellWord } from "../text.ts";
import { announce, planDocument } from "./announce.ts";
import { finish } from "./finish.ts";
import { inFlagWords } from "./flag-words.ts";
import { listenForInterrupts } from "./interrupts.ts";
import { assertOut, earlierTrials } from "./out-folder.ts";
import { type PreparedSweep, prepareSweep } from "./prepare.ts";
import { searchFirst, withEarlierSearch } from "./search.ts";

/** Flags that say what to do with a sweep and are no part of it. */
export interface SweepFlags extends OutputFlags {
  readonly extend?: boolean;
  readonly requireConclusive?: boolean;
  readonly dryRun?: boolean;
}

/** Runs `lorank sweep` and returns what to exit with. */
export async function runSweepCommand(
  file: string | undefined,
  flags: SweepFlags & RawFlags,
): Promise<number> {
  const output = createOutput(flags);
  const asked = await prepareSweep(readSettings("sweep", file, flags), flags);
  assertOut(asked.out);
  const planned = withEarlierSearch(asked, flags);
  const earlier = earlierTrials(planned);
  announce(planned, earlier, output);
  if (flags.dryRun === true) {
    output.document(planDocument(planned));
    output.print("\nDry run: nothing was written.");
    return exitCode.done;
  }
  const prepared = await searchFirst(planned, flags, output, resumeCommand());
  if (typeof prepared === "number") return prepared;
  const messages = new Map<string, string>();
  const { outcome, interrupted } = await runTrials(prepared, earlier, flags, output, messages);
  if (interrupted !== undefined) {
    output.document({ status: "interrupted", out: prepared.out, resume: resumeCommand() });
    return interrupted;
  }
  return finish({ prepared, outcome, messages, output, command: resumeCommand(), flags });
}

async function runTrials(
  prepared: PreparedSweep,
  earlier: readonly EarlierTrial[],
  flags: SweepFlags,
  output: Output,
  messages: Map<string, string>,
): Promise<{ outcome: SweepOutcome; interrupted: number | undefined }> {
  const progress = createProgress(prepared, earlier, flags);
  const interrupts = listenForInterrupts((signal) =>
    progress.say(
      signal === "SIGINT"
        ? "Stopping; what is done stays. Press Ctrl-C again to end at once."
        : "Asked to end; what is done stays.",
    ),
  );
  try {
    const {
      plan,
      modelPath,
      dataset,
      testExamples,
      out,
      jobs,
      threads,
      pack,
      maxAttempts,
      portable,
      device,
    } = prepared;
    const outcome = await runSweep(plan, {
      out,
      modelFolder: modelPath,
      dataset,
      ...(testExamples === undefined ? {} : { testExamples }),
      trialsAtOnce: jobs,
      threads,
      ...(device.chose === undefined ? {} : { device: device.chose }),
      pack,
      onPackChoice: (choice) => progress.say(plainText(packInWords(choice))),
      maxAttempts,
      portable,
      extend: flags.extend === true,
      signal: interrupts.stop,
      killSignal: interrupts.kill,
      onEvent: (event: SweepEvent) => {
        if (event.kind === "trial-failed") messages.set(event.trialId, event.message);
        progress.event(event);
      },
    });
    progress.end();
    // A signal that came when the last trial was done has interrupted nothing.
    const code = outcome.interrupted ? (interrupts.code() ?? exitCode.interrupted) : undefined;
    if (code !== undefined) {
      output.note(`Stopped. To go on where it stopped:\n  ${resumeCommand()}`);
    }
    return { outcome, interrupted: code };
  } catch (error) {
    progress.end();
    throw isInputError(error) ? inFlagWords(error) : error;
  } finally {
    interrupts.release();
  }
}

function createProgress(
  prepared: PreparedSweep,
  earlier: readonly EarlierTrial[],
  flags: SweepFlags,
): Progress {
  const terminal = processTerminal();
  const { ranks, seeds } = prepared.plan.summary;
  if (flags.quiet === true) return { event: () => {}, say: () => {}, end: () => {} };
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

/** What was typed, to be typed again. */
function resumeCommand(): string {
  return ["lorank", ...process.argv.slice(2)].map(shellWord).join(" ");
}
