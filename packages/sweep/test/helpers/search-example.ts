import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Hex } from "@lorank/checkpoint/sha256";
import { encodeDataset, type TokenizedClassification } from "@lorank/train/data";
import { type RunOptions, runOptions, type SweepConfig, type SweepEvent } from "../../src/index.ts";
import type { Tried } from "../../src/search/tried.ts";
import { exampleConfig, examplePlan, temporaryFolder } from "./example.ts";
import type { FakeInputs, World } from "./fake-trainer.ts";
import { inProcess } from "./in-process-executor.ts";

/** `count` texts of two classes, one in four of them of the second. */
export function exampleDataset(count = 40): TokenizedClassification {
  const examples = (name: string, n: number) =>
    Array.from({ length: n }, (_, i) => ({ id: `${name}${i}`, inputIds: [i], label: i % 4 === 3 ? 1 : 0 }));
  const task = { kind: "classification", labels: ["ham", "spam"] } as const;
  return { name: "mails", task, train: examples("t", count), validation: examples("v", 20) };
}

/** A sweep of ranks 2 to 8 in a world of known losses, with what its search needs. The usual rate is 0.001. */
export function searchPlace(
  world: World,
  changes: Partial<SweepConfig> = {},
): { readonly inputs: FakeInputs; readonly out: string; readonly run: RunOptions } {
  const folder = temporaryFolder();
  const dataset = encodeDataset(exampleDataset());
  const modelPath = join(folder, "model");
  mkdirSync(modelPath);
  writeFileSync(join(modelPath, "config.json"), "{}\n");
  const plan = examplePlan({
    ranks: [2, 4, 8],
    data: { ...exampleConfig.data, sha256: sha256Hex(dataset), validationExamples: 20 },
    ...changes,
  });
  const run = runOptions({ trialsAtOnce: 2, executor: inProcess });
  return { inputs: { plan, modelPath, dataset, fake: { world } }, out: join(folder, "out"), run };
}

/** Options that keep what they are told of. */
export function listening(run: RunOptions): { readonly run: RunOptions; readonly events: SettingTried[] } {
  const events: SettingTried[] = [];
  const report = (event: SweepEvent) => void (event.kind === "setting-tried" && events.push(event));
  return { run: { ...run, reporter: { report } }, events };
}

type SettingTried = Extract<SweepEvent, { kind: "setting-tried" }>;

/** A training that came to this mean; `spread` is how far the two examples lie from it. */
export function triedWith(rank: number, value: number, mean: number | undefined, spread = 0): Tried {
  return { rank, value, logLosses: mean === undefined ? undefined : [mean - spread, mean + spread] };
}
