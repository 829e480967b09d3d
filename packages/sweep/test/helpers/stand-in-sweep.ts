import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type AskedRunOptions,
  type CommandInputs,
  prepareCommand,
  type ResultsFolder,
  runOptions,
  runPlan,
  type SweepOutcome,
} from "../../src/index.ts";
import type { CommandSettings } from "../../src/prepare/prepare-command.ts";
import { SweepStore } from "../../src/store/store.ts";
import { temporaryFolder } from "./example.ts";
import { inProcess } from "./in-process-executor.ts";

const standIn = fileURLToPath(new URL("../../../../examples/trainers/stand-in", import.meta.url));

export interface StandIn {
  readonly inputs: CommandInputs;
  readonly folder: string;
  readonly out: string;
  readonly store: SweepStore;
}

/** A sweep of the stand-in: ranks 1 and 4 under seeds 1 and 2, where nothing else is said. */
export function sweepOf(
  changes: Partial<CommandSettings> = {},
  trainer: Partial<CommandSettings["trainer"]> = {},
): StandIn {
  const place = temporaryFolder();
  const [folder, out] = [join(place, "a trainer"), join(place, "out")];
  mkdirSync(folder);
  for (const name of readdirSync(standIn)) copyFileSync(join(standIn, name), join(folder, name));
  const inputs = prepareCommand({
    ranks: [1, 4],
    seeds: [1, 2],
    alpha: 4,
    learningRate: 0.5,
    epochs: 6,
    margin: 0.02,
    ...changes,
    trainer: {
      command: [process.execPath, "train.mjs"],
      evaluate: [process.execPath, "evaluate.mjs", "--adapter={adapter}", "--split={split}", "--out={out}"],
      exitCodes: { diverged: 3, outOfMemory: 4 },
      folder,
      ...trainer,
    },
  });
  return { inputs, folder, out, store: new SweepStore(out) };
}

/** Outcomes of 40 examples, of which more are right at a larger rank. */
export const outcomes = `(echo example,correct; for i in $(seq 40); do
  echo $i,$(((i * 7 + LORANK_SEED * 3) % 10 < LORANK_RANK + 3)); done) > "$LORANK_OUT/outcomes.csv"`;

/** The same sweep of a script, which takes a moment where the stand-in takes half a second. */
export function shellSweep(script: string, changes: Partial<CommandSettings> = {}): StandIn {
  return sweepOf(changes, { command: ["sh", "-c", script] });
}

/** Runs it in this process, where nothing else is asked. */
export function run(
  { inputs, out }: StandIn,
  asked: AskedRunOptions = {},
  folder: Partial<ResultsFolder> = {},
): Promise<SweepOutcome> {
  return runPlan(inputs, { out, ...folder }, runOptions({ executor: inProcess, ...asked }));
}
