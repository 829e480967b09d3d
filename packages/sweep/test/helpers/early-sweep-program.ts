/**
 * A sweep as a program of its own that kills itself just before the nth call that changes something below its results
 * folder, and otherwise prints these calls: `early-sweep-program.ts '<an EarlySweep as JSON>'`. Calls that only read,
 * sync or close are not counted: a kill before one leaves what a kill before the next change does.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { relative } from "node:path";
import { searchSettings } from "../../src/engine.ts";
import { type Comparison, planSweep, runOptions, runPlan } from "../../src/index.ts";
import type { ToSearch } from "../../src/plan/searched-settings.ts";
import { type FakeInputs, useFakeTrainer } from "./fake-trainer.ts";
import { inProcess } from "./in-process-executor.ts";
import type { ProgramJob } from "./sweep-process.ts";

export interface EarlySweep extends ProgramJob {
  readonly wanted: ToSearch;
  /** 0: is not killed. */
  readonly nth: number;
}

useFakeTrainer();
const { config, place, wanted, nth } = JSON.parse(process.argv[2]!) as EarlySweep;
const { out, modelPath, dataset, fake = {}, ...asked } = place;
const calls: string[] = [];
/** Files that are open for writing, by descriptor. */
const written = new Map<unknown, string>();
type Call = (...values: unknown[]) => unknown;
const functions = fs as unknown as Record<string, Call>;

function count(name: string, path: string): void {
  if (!path.startsWith(out)) return;
  calls.push(`${name} ${relative(out, path)}`);
  if (calls.length === nth) process.kill(process.pid, "SIGKILL");
}

for (const name of ["mkdirSync", "renameSync", "linkSync", "rmSync"]) {
  const original = functions[name]!;
  functions[name] = (path, ...rest) => {
    count(name, String(path));
    return original(path, ...rest);
  };
}
const { openSync, writeSync } = functions as { openSync: Call; writeSync: Call };
functions.openSync = (path, flags, ...rest) => {
  if (flags !== "r") count("openSync", String(path));
  const descriptor = openSync(path, flags, ...rest);
  written.delete(descriptor);
  if (flags !== "r") written.set(descriptor, String(path));
  return descriptor;
};
functions.writeSync = (descriptor, ...rest) => {
  count("writeSync", written.get(descriptor) ?? "");
  return writeSync(descriptor, ...rest);
};
syncBuiltinESMExports();

// What a trial's process writes is killed elsewhere; here its start would take most of a sweep's time.
const run = runOptions({ ...asked, executor: inProcess });
const folder = { out, settings: ({ seeds }: Comparison) => ({ seeds }) };
const inputs: FakeInputs = { plan: planSweep(config), modelPath, dataset: Buffer.from(dataset), fake };
let { plan } = inputs;
if (wanted.learningRate) {
  const outcome = await searchSettings(inputs, wanted, folder, run);
  if (outcome.status !== "found") throw new Error(`the search ended ${outcome.status}`);
  ({ plan } = outcome);
}
const { failed } = await runPlan({ ...inputs, plan }, folder, run);
process.stdout.write(JSON.stringify(calls));
process.exitCode = failed.length > 0 ? 3 : 0;
