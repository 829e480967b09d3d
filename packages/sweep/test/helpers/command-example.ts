import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PeftAdapter } from "@lorank/checkpoint";
import type { CommandSpec } from "@lorank/evidence/results";
import { type Attempt, SweepStore } from "../../src/store/store.ts";
import type { CommandPlace } from "../../src/trainers/command-trial.ts";
import { namedFiles } from "../../src/trainers/trainer-files.ts";
import { temporaryFolder } from "./example.ts";

/** Lines of a shell script that writes the outcomes of three examples, of which the first two are correct. */
export const writesOutcomes = `printf 'example,correct,logLoss\\ne1,1,0.25\\ne2,1,0.5\\ne3,0,2.25\\n' > "$LORANK_OUT/outcomes.csv"`;

/** One trial of a trainer that is a shell script, in a results folder of its own. */
export interface CommandExample {
  readonly store: SweepStore;
  readonly place: CommandPlace;
  readonly spec: CommandSpec;
  readonly trialId: string;
  /** The trainer's folder, which has `train.sh` and perhaps `evaluate.sh`. */
  readonly folder: string;
  claim(): Attempt;
}

interface Scripts {
  readonly train: string;
  readonly evaluate?: string;
  readonly rank?: number;
  readonly timeoutSeconds?: number;
  readonly secondary?: readonly string[];
}

export function commandExample(scripts: Scripts): CommandExample {
  const { train, evaluate, rank = 4, timeoutSeconds, secondary } = scripts;
  const place = temporaryFolder();
  const [folder, out] = [join(place, "trainer"), join(place, "results of it")];
  mkdirSync(folder);
  writeFileSync(join(folder, "train.sh"), train);
  if (evaluate !== undefined) writeFileSync(join(folder, "evaluate.sh"), evaluate);
  const command = ["sh", "train.sh", "{out}"];
  const evaluation = evaluate === undefined ? {} : { evaluate: ["sh", "evaluate.sh", "{adapter}"] };
  const spec: CommandSpec = {
    specVersion: 1,
    trainer: {
      command,
      ...evaluation,
      exitCodes: { diverged: 3, outOfMemory: 4 },
      files: namedFiles([command, ...Object.values(evaluation)], folder),
    },
    lora: { rank, alpha: 16 },
    optimizer: { learningRate: 0.5 },
    seed: 7,
  };
  const store = new SweepStore(out);
  const trialId = store.addSpec(spec);
  return {
    store,
    place: { out, command: { folder, timeoutSeconds, metric: "accuracy", secondary } },
    spec,
    trialId,
    folder,
    claim: () => store.claimAttempt(trialId),
  };
}

/** An adapter of one layer of `[8, 12]`. */
export function commandAdapter(rank: number): PeftAdapter {
  const matrix = (rows: number, columns: number) => ({
    shape: [rows, columns] as const,
    data: Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i + 1)),
  });
  return {
    rank,
    alpha: 16,
    scalingRule: "lora",
    dropout: 0,
    dora: false,
    fanInFanOut: false,
    targetModules: ["linear"],
    taskType: null,
    baseModel: "base",
    layers: new Map([["linear", { loraA: matrix(rank, 12), loraB: matrix(8, rank), alpha: 16 }]]),
    heads: new Map(),
  };
}
