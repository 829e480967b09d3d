import type { SearchSummary } from "@lorank/core/results";
import {
  earlierSearch,
  type ResultsFolder,
  type SearchStop,
  searchedPlan,
  searchSettings,
} from "@lorank/sweep";
import { exitCode } from "../exit-codes.ts";
import type { Output } from "../output.ts";
import { joinShown } from "../paths.ts";
import { plainText } from "../text.ts";
import type { PreparedSweep } from "./prepare.ts";

interface SearchFlags {
  readonly extend?: boolean;
}

/** The sweep with what an earlier search in its folder found, if there was one. Throws as {@link earlierSearch}. */
export function withEarlierSearch(prepared: PreparedSweep, { extend = false }: SearchFlags): PreparedSweep {
  if (!isWanted(prepared)) return prepared;
  const found = earlierSearch(prepared.out, prepared.plan, prepared.toSearch, extend);
  return found === undefined ? prepared : withSearch(prepared, found);
}

/** The sweep with what its search found, or why it found nothing. */
type SearchedSweep = { readonly status: "found"; readonly prepared: PreparedSweep } | SearchStop;

/** Finds what is still to search. Without anything to search, the sweep as it is. */
export async function searchFirst(
  prepared: PreparedSweep,
  results: Pick<ResultsFolder, "out" | "extend" | "settings">,
  output: Output,
): Promise<SearchedSweep> {
  if (!isWanted(prepared)) return { status: "found", prepared };
  const { toSearch, run } = prepared;
  output.note(`Searching for the ${searchedNames(prepared).join(" and the ")}, on training examples alone.`);
  const outcome = await searchSettings(prepared, toSearch, results, run);
  if (outcome.status !== "found") return outcome;
  for (const words of wordsOf(outcome.search)) output.say(words);
  output.print();
  return { status: "found", prepared: withSearch(prepared, outcome.search) };
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

/** Says which trainings of a search failed, and returns what to exit with. */
export function searchFailed(
  { failed }: Extract<SearchStop, { status: "failed" }>,
  { out, command, output }: { readonly out: string; readonly command: string; readonly output: Output },
): number {
  output.fail("The search failed; nothing else was started.");
  for (const { trialId, message } of failed)
    output.fail(`  ${joinShown(out, `search/attempts/${trialId}`)}\n    ${plainText(message)}`);
  output.fail(`What is done stays. To try again:\n  ${command}`);
  output.document({
    status: "failed",
    out,
    failed: failed.map(({ trialId }) => trialId),
    messages: Object.fromEntries(failed.map(({ trialId, message }) => [trialId, message])),
    resume: command,
  });
  return exitCode.failedTrials;
}
