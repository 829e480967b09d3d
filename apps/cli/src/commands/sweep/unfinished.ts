import { counted } from "@lorank/core";
import { type Compared, comparedIn } from "@lorank/evidence/results";
import type { SweepOutcome } from "@lorank/sweep";
import type { SearchStop } from "@lorank/sweep/engine";
import { sweepStatus } from "@lorank/sweep/folder";
import type { End } from "../../command.ts";
import { adviceOn } from "../../errors.ts";
import { exitCode } from "../../exit-code.ts";
import type { Page } from "../../output.ts";
import { joinShown } from "../../paths.ts";
import { leaveOutCommand, type SweepCommands } from "../../settings/saved-settings.ts";
import { shellCommand } from "../../shell-command.ts";
import type { Interrupts } from "../../sweep/interrupts.ts";
import type { ReadySweep } from "../../sweep/ready-sweep.ts";
import { plainText } from "../../text.ts";

/** Document of a sweep left without a verdict by failed trials. */
export interface FailedSweepDocument {
  readonly status: "failed";
  readonly out: string;
  /** Ids of trials that failed. */
  readonly failed: readonly string[];
  /** Error messages by trial id. */
  readonly messages: Readonly<Record<string, string>>;
  /** Command to run the failed trials again. */
  readonly resume: string;
}

/** Document of a sweep stopped by a signal. */
export interface InterruptedSweepDocument {
  readonly status: "interrupted";
  readonly out: string;
  /** Command to resume the sweep. */
  readonly resume: string;
}

interface UnfinishedSweep {
  readonly out: string;
  readonly commands: SweepCommands;
}

export function trialsFailed(
  failed: SweepOutcome["failed"],
  { plan, out, commands }: UnfinishedSweep & Pick<ReadySweep, "plan">,
): End<FailedSweepDocument> {
  const document = failedDocument(failed, { out, commands });
  return {
    document,
    exit: exitCode.failedTrials,
    view(page) {
      page.fail(`${counted(failed.length, "trial")} of ${plan.specs.length} failed; there is no verdict.`);
      printFailed(document.messages, out, page);
      page.fail(`What is done stays. To try them again:\n  ${document.resume}`);
      const lost = lostRanks(document.failed, out);
      const without = leaveOutCommand(out, plan.summary, lost);
      if (without !== undefined)
        page.fail(`To go on without ${ranksInWords(lost, comparedIn(plan.summary))}:\n  ${without}`);
    },
  };
}

export function printFailed(
  messages: FailedSweepDocument["messages"],
  out: string,
  { fail }: Pick<Page, "fail">,
): void {
  const trials = trialsById(out);
  for (const [trialId, message] of Object.entries(messages))
    fail(
      `  ${trials.get(trialId)?.name ?? trialId.slice(0, 12)}: ${plainText(message).replaceAll("\n", "\n    ")}`,
    );
  for (const advice of new Set(Object.values(messages).map(adviceOn))) if (advice !== undefined) fail(advice);
  fail(`What they printed:\n  ${shellCommand(["logs", out])}`);
}

function lostRanks(failed: readonly string[], out: string): number[] {
  const trials = trialsById(out);
  return [...new Set(failed.flatMap((trialId) => trials.get(trialId)?.rank ?? []))];
}

function trialsById(out: string) {
  return new Map(sweepStatus(out).trials.map((trial) => [trial.trialId, trial]));
}

/** Ranks in words as a flag takes them, `ranks 4, 8`; names of arms as a sentence has them. */
export function ranksInWords(ranks: readonly number[], { isNamed, list }: Compared): string {
  if (isNamed) return list(ranks);
  return `${ranks.length === 1 ? "rank" : "ranks"} ${ranks.join(", ")}`;
}

function failedDocument(
  failed: SweepOutcome["failed"],
  { out, commands }: UnfinishedSweep,
): FailedSweepDocument {
  const ids = failed.map(({ trialId }) => trialId);
  const resume = shellCommand(commands.resume);
  return { status: "failed", out, failed: ids, messages: messagesOf(failed), resume };
}

export function messagesOf(failed: SweepOutcome["failed"]): FailedSweepDocument["messages"] {
  return Object.fromEntries(failed.map(({ trialId, message }) => [trialId, message]));
}

export function searchFailed(
  { failed }: Extract<SearchStop, { status: "failed" }>,
  sweep: UnfinishedSweep,
): End<FailedSweepDocument> {
  const document = failedDocument(failed, sweep);
  return {
    document,
    exit: exitCode.failedTrials,
    view({ fail }) {
      fail("The search failed; nothing else was started.");
      for (const { trialId: id, message } of failed)
        fail(`  ${joinShown(sweep.out, `search/attempts/${id}`)}\n    ${plainText(message)}`);
      fail(`What is done stays. To try again:\n  ${document.resume}`);
    },
  };
}

export function stopped({
  out,
  commands,
  interrupts,
}: UnfinishedSweep & { readonly interrupts: Interrupts }): End<InterruptedSweepDocument> {
  const resume = shellCommand(commands.resume);
  return {
    document: { status: "interrupted", out, resume },
    exit: interrupts.code() ?? exitCode.interrupted,
    view: ({ note }) => note(`Stopped. To go on where it stopped:\n  ${resume}`),
  };
}
