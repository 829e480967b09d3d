import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { decide, simulateOutcomes } from "@lorank/core/decide";
import { claimsOf, type TrialResult } from "@lorank/core/results";
import { trialId } from "@lorank/train/spec";
import { assertFinite, type Target } from "../../../scripts/attack/attack.ts";
import { type Case, corpusIn, generated, textOriginal } from "../../../scripts/attack/corpus.ts";
import { eitherOf, mutatedJson, mutatedLines, mutatedTexts } from "../../../scripts/attack/mutate.ts";
import { planSweep } from "../src/index.ts";
import { readOutcomes } from "../src/outcomes/read-outcomes.ts";
import { planAgain } from "../src/plan/plan.ts";
import { SweepStore } from "../src/store/store.ts";
import { readSweepFile } from "../src/store/sweep-file.ts";
import { readLosses } from "../src/trainers/losses.ts";
import { evaluatorTargets } from "./attack-evaluators.ts";
import { exampleConfig } from "./helpers/example-config.ts";
import { csv, drawnOutcomes, jsonLines, type OutcomeRow } from "./helpers/outcome-rows.ts";

/** Outcomes, loss curves, and the files of a results folder. */
export function outcomeTargets(folder: string): readonly Target[] {
  return [
    ...outcomes,
    ...evaluatorTargets(folder),
    lossCurve(folder),
    sweepFile(folder),
    singleResult(folder),
  ];
}

const corpus = (name: string, expected: Readonly<Record<string, string>>): Case[] =>
  corpusIn(fileURLToPath(new URL(`./corpus/${name}`, import.meta.url)), expected);

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

/** A curve that is read has rising steps and losses that a report can draw. */
function lossCurve(folder: string): Target {
  const file = join(folder, "losses.jsonl");
  const lines = Array.from({ length: 12 }, (_, i) => ({
    step: i + 1,
    loss: 3 / (i + 1),
    learningRate: 1e-4,
    steps: 12,
  }));
  return {
    name: "loss curve",
    originals: [textOriginal("twelve steps", jsonLines(lines))],
    corpus: corpus("losses", {
      "loss-of-1e308.jsonl": "accepted",
      "loss-of-nan.jsonl": "accepted",
      "null.jsonl": "E_LOSSES",
      "step-of-2-to-53.jsonl": "E_LOSSES",
    }),
    mutate: mutatedLines,
    read: (mutant) => {
      writeFileSync(file, mutant);
      const { curve } = readLosses(folder);
      let last = -1;
      for (const { step, loss, learningRate = 0 } of curve) {
        if (!(step > last && Math.abs(loss) <= 1e9 && learningRate >= 0 && learningRate <= 1e9))
          throw new Error(`step ${step} with loss ${loss} and rate ${learningRate} follows ${last}`);
        last = step;
      }
    },
  };
}

/** A sweep's file that is read plans a trial of its own for each of its ranks and seeds. */
function sweepFile(folder: string): Target {
  const out = join(folder, "sweep");
  mkdirSync(out);
  return {
    name: "sweep.json",
    originals: [textOriginal("example", JSON.stringify(planSweep(exampleConfig).config))],
    corpus: corpus("sweep", { "null.json": "E_JSON", "ranks-of-4.json": "E_JSON" }),
    mutate: eitherOf(mutatedJson, mutatedTexts),
    read: (mutant) => {
      writeFileSync(join(out, "sweep.json"), mutant);
      const { specs, config } = planAgain(readSweepFile(out));
      assertFinite(specs);
      const ids = new Set(specs.map(trialId));
      if (ids.size !== config.ranks.length * config.seeds.length)
        throw new Error(`${ids.size} trials of ranks ${config.ranks} and seeds ${config.seeds}`);
    },
  };
}

/** A trial's result that is read is that of its spec, and of finite figures. */
function singleResult(folder: string): Target {
  const config = { ...exampleConfig, data: { ...exampleConfig.data, validationExamples: 4 } };
  const spec = planSweep(config).specs[0]!;
  const id = trialId(spec);
  const correct = [1, 1, 0, 1];
  const logLosses = [0.1, 0.2, 1.5, 0.2];
  const provenance = {
    lorank: "0.1.0",
    node: "20.20.0",
    runtime: "onnx",
    finishedAt: "2026-01-02T03:04:05.000Z",
  };
  const result: TrialResult = {
    ...{ trialId: id, spec, status: "completed", steps: 2, trainTokens: 512 },
    lossCurve: [{ step: 1, loss: 0.7, learningRate: 0.001 }],
    evaluation: { accuracy: 0.75, logLoss: 0.5, correct, logLosses },
    measured: { seconds: { total: 3 }, provenance },
  };
  return {
    name: "single result",
    originals: [textOriginal("example", JSON.stringify(result))],
    corpus: corpus("result", { "null.json": "E_RESULT_FILE", "proto.json": "E_RESULT_FILE" }),
    mutate: eitherOf(mutatedJson, mutatedTexts),
    read: (mutant) => {
      const store = new SweepStore(join(folder, "store"));
      writeFileSync(store.resultPath(id), mutant);
      const read = store.readResult(id);
      assertFinite(read);
      if (trialId(read.spec) !== id) throw new Error(`a result of ${trialId(read.spec)}`);
    },
  };
}
