import { counted } from "@lorank/core";
import type { SweepOutcome } from "@lorank/sweep";
import type { SearchStop } from "@lorank/sweep/engine";
import { sweepStatus } from "@lorank/sweep/folder";
import { adviceOn, exitCode } from "../errors.ts";
import type { Output } from "../output.ts";
import { joinShown } from "../paths.ts";
import { leaveOutCommand, type SweepCommands, shellCommand } from "../settings/saved-settings.ts";
import { plainText } from "../text.ts";
import type { Interrupts } from "./interrupts.ts";
import type { ReadySweep } from "./ready-sweep.ts";

/** The JSON document of a sweep that failed trials left without a verdict. */
export interface FailedSweepDocument {
  readonly status: "failed";
  readonly out: string;
  /** Ids of trials. */
  readonly failed: readonly string[];
  /** Messages by id of the trial. */
  readonly messages: Readonly<Record<string, string>>;
  /** The command that tries again. */
  readonly resume: string;
}

/** The JSON document of a sweep that was stopped. */
export interface InterruptedSweepDocument {
  readonly status: "interrupted";
  readonly out: string;
  /** The command that goes on. */
  readonly resume: string;
}

interface UnfinishedSweep {
  readonly out: string;
  readonly commands: SweepCommands;
  readonly output: Output;
}

/** Shows which trials failed and left the sweep without a verdict, and returns the exit code. */
export function trialsFailed(
  failed: SweepOutcome["failed"],
  sweep: UnfinishedSweep & Pick<ReadySweep, "plan">,
): number {
  const { plan, out, commands, output } = sweep;
  output.fail(`${counted(failed.length, "trial")} of ${plan.specs.length} failed; there is no verdict.`);
  printFailed(failed, sweep);
  const resume = shellCommand(commands.resume);
  output.fail(`What is done stays. To try them again:\n  ${resume}`);
  const lost = lostRanks(failed, out);
  const without = leaveOutCommand(out, plan.config.ranks, lost);
  if (without !== undefined) output.fail(`To go on without ${ranksInWords(lost)}:\n  ${without}`);
  output.document<FailedSweepDocument>(failedDocument(out, failed, resume));
  return exitCode.failedTrials;
}

/** Shows which trials failed and why, and the command that shows what they printed. */
export function printFailed(
  failed: SweepOutcome["failed"],
  { out, output }: Pick<UnfinishedSweep, "out" | "output">,
): void {
  const trials = trialsById(out);
  for (const { trialId, message } of failed)
    output.fail(
      `  ${trials.get(trialId)?.name ?? trialId.slice(0, 12)}: ${plainText(message).replaceAll("\n", "\n    ")}`,
    );
  for (const advice of new Set(failed.map(({ message }) => adviceOn(message))))
    if (advice !== undefined) output.fail(advice);
  output.fail(`What they printed:\n  ${shellCommand(["logs", out])}`);
}

function lostRanks(failed: SweepOutcome["failed"], out: string): number[] {
  const trials = trialsById(out);
  return [...new Set(failed.flatMap(({ trialId }) => trials.get(trialId)?.rank ?? []))];
}

function trialsById(out: string) {
  return new Map(sweepStatus(out).trials.map((trial) => [trial.trialId, trial]));
}

export function ranksInWords(ranks: readonly number[]): string {
  return `${ranks.length === 1 ? "rank" : "ranks"} ${ranks.join(", ")}`;
}

function failedDocument(out: string, failed: SweepOutcome["failed"], resume: string): FailedSweepDocument {
  return {
    status: "failed",
    out,
    failed: failed.map((one) => one.trialId),
    messages: messagesOf(failed),
    resume,
  };
}

/** Messages by id of the trial. */
export function messagesOf(failed: SweepOutcome["failed"]): FailedSweepDocument["messages"] {
  return Object.fromEntries(failed.map(({ trialId, message }) => [trialId, message]));
}

/** Shows which trainings of a search failed, and returns its exit code. */
export function searchFailed(
  { failed }: Extract<SearchStop, { status: "failed" }>,
  { out, commands, output }: UnfinishedSweep,
): number {
  const resume = shellCommand(commands.resume);
  output.fail("The search failed; nothing else was started.");
  for (const { trialId: id, message } of failed)
    output.fail(`  ${joinShown(out, `search/attempts/${id}`)}\n    ${plainText(message)}`);
  output.fail(`What is done stays. To try again:\n  ${resume}`);
  output.document<FailedSweepDocument>(failedDocument(out, failed, resume));
  return exitCode.failedTrials;
}

/** Shows how to go on with a sweep that was stopped, and returns its exit code. */
export function stopped({
  out,
  commands,
  interrupts,
  output,
}: UnfinishedSweep & { readonly interrupts: Interrupts }): number {
  const resume = shellCommand(commands.resume);
  output.note(`Stopped. To go on where it stopped:\n  ${resume}`);
  output.document<InterruptedSweepDocument>({ status: "interrupted", out, resume });
  return interrupts.code() ?? exitCode.interrupted;
}
