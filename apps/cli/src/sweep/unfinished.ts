import { type SearchStop, type SweepOutcome, sweepStatus } from "@lorank/sweep";
import { adviceOn, exitCode } from "../errors.ts";
import type { Output } from "../output.ts";
import { joinShown } from "../paths.ts";
import { type SweepCommands, shellCommand } from "../settings/saved-settings.ts";
import { counted, plainText } from "../text.ts";
import type { Interrupts } from "./interrupts.ts";
import type { ReadySweep } from "./ready-sweep.ts";

/** The JSON document of a sweep with failed trials, which has no verdict. */
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

/** Shows which trials failed, and returns the exit code. */
export function trialsFailed(
  failed: SweepOutcome["failed"],
  { plan, out, commands, output }: UnfinishedSweep & Pick<ReadySweep, "plan">,
): number {
  const resume = shellCommand(commands.resume);
  output.fail(`${counted(failed.length, "trial")} of ${plan.specs.length} failed; there is no verdict.`);
  const names = new Map(sweepStatus(out).trials.map(({ trialId, name }) => [trialId, name]));
  for (const { trialId, message } of failed)
    output.fail(`  ${names.get(trialId) ?? trialId.slice(0, 12)}: ${plainText(message)}`);
  for (const advice of new Set(failed.map(({ message }) => adviceOn(message))))
    if (advice !== undefined) output.fail(advice);
  output.fail(
    `What is done stays. What they printed:\n  ${shellCommand(["logs", out])}\nTo try them again:\n  ${resume}`,
  );
  output.document<FailedSweepDocument>(failedDocument(out, failed, resume));
  return exitCode.failedTrials;
}

function failedDocument(out: string, failed: SweepOutcome["failed"], resume: string): FailedSweepDocument {
  return {
    status: "failed",
    out,
    failed: failed.map((one) => one.trialId),
    messages: Object.fromEntries(failed.map((one) => [one.trialId, one.message])),
    resume,
  };
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
