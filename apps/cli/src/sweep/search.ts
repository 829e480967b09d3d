import { isInputError, type SearchSummary } from "@lorank/core";
import { earlierSearch, type SearchEvent, searchedPlan, searchSettings } from "@lorank/sweep";
import { exitCode } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import { duration, plainText, wrap } from "../text.ts";
import { inFlagWords } from "./flag-words.ts";
import { listenForInterrupts } from "./interrupts.ts";
import { joinShown } from "./paths.ts";
import type { PreparedSweep } from "./prepare.ts";

interface SearchFlags {
  readonly extend?: boolean;
}

/** The sweep with what an earlier search in its folder found, if there was one. Throws as {@link earlierSearch}. */
export function withEarlierSearch(prepared: PreparedSweep, { extend = false }: SearchFlags): PreparedSweep {
  if (!isWanted(prepared)) return prepared;
  try {
    const found = earlierSearch(prepared.out, prepared.plan, prepared.toSearch, extend);
    return found === undefined ? prepared : withSearch(prepared, found);
  } catch (error) {
    throw isInputError(error) ? inFlagWords(error) : error;
  }
}

/** Finds what is still to search, and returns the sweep with it; or what to exit with where that was not possible. */
export async function searchFirst(
  prepared: PreparedSweep,
  flags: SearchFlags,
  output: Output,
  command: string,
): Promise<PreparedSweep | number> {
  if (!isWanted(prepared)) return prepared;
  const { plan, toSearch, out, device } = prepared;
  const interrupts = listenForInterrupts(() => output.note("Stopping; what is done stays."));
  output.note(`Searching for the ${searchedNames(prepared).join(" and the ")}, on training examples alone.`);
  try {
    const outcome = await searchSettings(plan, toSearch, {
      out,
      modelFolder: prepared.modelPath,
      dataset: prepared.dataset,
      trialsAtOnce: prepared.jobs,
      threads: prepared.threads,
      ...(device.chose === undefined ? {} : { device: device.chose }),
      maxAttempts: prepared.maxAttempts,
      extend: flags.extend === true,
      signal: interrupts.stop,
      killSignal: interrupts.kill,
      onEvent: (event) => output.note(eventWords(event)),
    });
    switch (outcome.status) {
      case "interrupted": {
        output.note(`Stopped. To go on where it stopped:\n  ${command}`);
        output.document({ status: "interrupted", out, resume: command });
        return interrupts.code() ?? exitCode.interrupted;
      }
      case "failed":
        return failed(outcome.failed, out, output, command);
      case "found": {
        const searched = withSearch(prepared, outcome.search);
        for (const words of wordsOf(outcome.search)) output.print(wrap(plainText(words), output.columns));
        output.print();
        return searched;
      }
    }
  } catch (error) {
    throw isInputError(error) ? inFlagWords(error) : error;
  } finally {
    interrupts.release();
  }
}

/** What a search is to find, in words. */
export function searchedNames({ toSearch }: Pick<PreparedSweep, "toSearch">): string[] {
  return [...(toSearch.learningRate ? ["learning rate"] : []), ...(toSearch.epochs ? ["epochs"] : [])];
}

function isWanted(prepared: PreparedSweep): boolean {
  return searchedNames(prepared).length > 0;
}

function withSearch(prepared: PreparedSweep, search: SearchSummary): PreparedSweep {
  return {
    ...prepared,
    plan: searchedPlan(prepared.plan, search),
    toSearch: { learningRate: false, epochs: false },
    notes: [...prepared.notes, ...wordsOf(search)],
  };
}

function wordsOf({ learningRate, epochs }: SearchSummary): string[] {
  return [learningRate, epochs].flatMap((found) =>
    found === undefined ? [] : [found.explanation, ...found.notes],
  );
}

/** `learning rate 0.003, rank 4: log loss 0.2134 (12 s)`. */
function eventWords({ setting, value, rank, logLoss, seconds }: SearchEvent): string {
  const tried = setting === "learningRate" ? `learning rate ${value}` : `epochs ${value}`;
  const came = logLoss === undefined ? "diverged" : `log loss ${logLoss.toFixed(4)}`;
  return `${tried}, rank ${rank}: ${came} (${duration(seconds)})`;
}

function failed(
  trials: readonly { readonly trialId: string; readonly message: string }[],
  out: string,
  output: Output,
  command: string,
): number {
  output.note("The search failed; nothing else was started.");
  for (const { trialId, message } of trials)
    output.note(`  ${joinShown(out, `search/attempts/${trialId}`)}\n    ${plainText(message)}`);
  output.note(`What is done stays. To try again:\n  ${command}`);
  output.document({
    status: "failed",
    out,
    failed: trials.map(({ trialId }) => trialId),
    messages: Object.fromEntries(trials.map(({ trialId, message }) => [trialId, message])),
    resume: command,
  });
  return exitCode.failedTrials;
}
