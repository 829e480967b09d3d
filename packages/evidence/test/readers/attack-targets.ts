import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { assertFinite, type Target } from "../../../../scripts/attack/attack.ts";
import { type Case, corpusIn, generated, textOriginal } from "../../../../scripts/attack/corpus.ts";
import { eitherOf, mutatedLines } from "../../../../scripts/attack/mutate.ts";
import { decide, simulateOutcomes } from "../../src/index.ts";
import { readOutcomes } from "../../src/readers/read-outcomes.ts";
import { claimsOf } from "../../src/results.ts";
import { csv, drawnOutcomes, jsonLines, type OutcomeRow } from "../helpers/outcome-rows.ts";
import { evaluatorTargets } from "./attack-evaluators.ts";

/** Tables of outcomes, and evaluators' files. */
export function outcomeTargets(folder: string): readonly Target[] {
  return [...outcomes, ...evaluatorTargets(folder)];
}

const corpus = (name: string, expected: Readonly<Record<string, string>>): Case[] =>
  corpusIn(fileURLToPath(new URL(`../corpus/${name}`, import.meta.url)), expected);

/** Outcomes that are read decide on finite numbers, by either metric that they hold, or what forbids it has a code. */
const outcomes: readonly Target[] = (
  [
    [
      "CSV",
      csv,
      { "loss-of-1e308.csv": "E_OUTCOMES", "loss-of-1e9.csv": "accepted", "ids-of-proto.csv": "accepted" },
    ],
    ["JSON Lines", jsonLines, { "loss-of-1e308.jsonl": "E_OUTCOMES", "null.jsonl": "E_COLUMN" }],
  ] as const
).map(([form, write, expected]) => ({
  name: `outcomes, ${form}`,
  originals: [true, false].map((withLoss) =>
    textOriginal(`withLoss ${withLoss}`, write(simulatedRows(withLoss))),
  ),
  corpus: [
    ...corpus(form === "CSV" ? "outcomes-csv" : "outcomes-json-lines", expected),
    ...(form === "CSV"
      ? [
          generated("100,001 seeds", "E_OUTCOMES", () => Buffer.from(csv(rowsOfSeeds(100_001)))),
          { ...generated("5 million outcomes", "accepted", fiveMillion), isSlow: true as const },
        ]
      : [generated("a line of 20 million characters", "E_DATA", () => Buffer.alloc(20_000_000, "a"))]),
  ],
  mutate: eitherOf(mutatedLines, drawnOutcomes(write)),
  read: async (mutant) => {
    const table = await readOutcomes("-", { stdin: Readable.from(pieces(mutant)) });
    const hasLoss = table.cells.every(({ logLoss }) => logLoss !== undefined);
    for (const metric of hasLoss ? (["accuracy", "log-loss"] as const) : (["accuracy"] as const)) {
      const decision = decide(table, { metric });
      assertFinite(decision);
      assertFinite(claimsOf(decision));
    }
  },
}));

function simulatedRows(withLoss: boolean): OutcomeRow[] {
  const world = { ranks: [4, 16], accuracies: [0.7, 0.8], seeds: 2, examples: 8 };
  return simulateOutcomes(world, 7).cells.flatMap(({ rank, seed, correct, logLoss }) =>
    Array.from(correct, (value, i) => ({
      ...{ rank, seed, example: `e${i}`, correct: value },
      ...(withLoss ? { logLoss: logLoss![i]!, label: i % 3 === 0 ? "ham" : "spam" } : {}),
    })),
  );
}

const rowsOfSeeds = (count: number): OutcomeRow[] =>
  Array.from({ length: count }, (_, seed) => ({ rank: 1, seed, example: "a", correct: 1 }));

/** 2 ranks, 5 seeds and 500,000 examples. */
function fiveMillion(): Buffer {
  const runs = [4, 16].flatMap((rank) => [0, 1, 2, 3, 4].map((seed) => [rank, seed] as const));
  const texts = runs.map(([rank, seed]) => {
    const line = (i: number) => `${rank},${seed},${i},${(7 * i + rank + seed) % 3 ? 1 : 0}\n`;
    return Array.from({ length: 500_000 }, (_, i) => line(i)).join("");
  });
  return Buffer.concat(["rank,seed,example,correct\n", ...texts].map((text) => Buffer.from(text)));
}

/** As a pipe gives them. */
function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
