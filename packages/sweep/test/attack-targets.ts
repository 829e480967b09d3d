import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TrialResult } from "@lorank/evidence/results";
import { trialId } from "@lorank/train/spec";
import { assertFinite, type Target } from "../../../scripts/attack/attack.ts";
import { type Case, corpusIn, textOriginal } from "../../../scripts/attack/corpus.ts";
import { eitherOf, mutatedJson, mutatedLines, mutatedTexts } from "../../../scripts/attack/mutate.ts";
import { planSweep } from "../src/index.ts";
import { planAgain } from "../src/plan/plan.ts";
import { SweepStore } from "../src/store/store.ts";
import { readSweepFile } from "../src/store/sweep-file.ts";
import { readLosses } from "../src/trainers/losses.ts";
import { exampleConfig } from "./helpers/example-config.ts";

/** Loss curves, and the files of a results folder. */
export function sweepTargets(folder: string): readonly Target[] {
  return [lossCurve(folder), sweepFile(folder), singleResult(folder)];
}

const corpus = (name: string, expected: Readonly<Record<string, string>>): Case[] =>
  corpusIn(fileURLToPath(new URL(`./corpus/${name}`, import.meta.url)), expected);

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
    originals: [textOriginal("twelve steps", lines.map((line) => JSON.stringify(line)).join("\n"))],
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
