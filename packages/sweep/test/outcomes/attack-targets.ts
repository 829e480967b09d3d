import { Readable } from "node:stream";
import { decide, simulateOutcomes } from "@lorank/core/decide";
import { claimsOf } from "@lorank/core/results";
import { assertFinite, type Target, textOriginal } from "../../../../scripts/attack/attack.ts";
import { mutatedLines } from "../../../../scripts/attack/mutate.ts";
import { readOutcomes } from "../../src/outcomes/read-outcomes.ts";

/** Outcomes that are read decide on finite numbers, by either metric that they hold, or what forbids it has a code. */
export const outcomeTargets = (): readonly Target[] =>
  Object.entries({ CSV: csv, "JSON Lines": jsonLines }).map(([form, write]) => ({
    name: `outcomes, ${form}`,
    originals: [true, false].map((withLoss) => textOriginal(`withLoss ${withLoss}`, write(rows(withLoss)))),
    mutate: mutatedLines,
    read: async (mutant) => {
      const outcomes = await readOutcomes("-", { stdin: Readable.from([mutant]) });
      const hasLoss = outcomes.cells.every(({ logLoss }) => logLoss !== undefined);
      for (const metric of hasLoss ? (["accuracy", "log-loss"] as const) : (["accuracy"] as const)) {
        const decision = decide(outcomes, { metric });
        assertFinite(decision);
        assertFinite(claimsOf(decision));
      }
    },
  }));

type OutcomeRow = Readonly<Record<string, string | number>>;

function rows(withLoss: boolean): OutcomeRow[] {
  const world = { ranks: [4, 16], accuracies: [0.7, 0.8], seeds: 2, examples: 8 };
  return simulateOutcomes(world, 7).cells.flatMap(({ rank, seed, correct, logLoss }) =>
    Array.from(correct, (value, i) => ({
      ...{ rank, seed, example: `e${i}`, correct: value },
      ...(withLoss ? { logLoss: logLoss![i]!, label: i % 3 === 0 ? "ham" : "spam" } : {}),
    })),
  );
}

function csv(all: readonly OutcomeRow[]): string {
  return [Object.keys(all[0]!), ...all.map((row) => Object.values(row))]
    .map((row) => row.join(","))
    .join("\n");
}

function jsonLines(all: readonly OutcomeRow[]): string {
  return all.map((row) => JSON.stringify(row)).join("\n");
}
