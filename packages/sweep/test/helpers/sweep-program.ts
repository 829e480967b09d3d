/** A sweep as a program of its own, for the tests that kill it: `sweep-program.ts '<plan and place as JSON>'`. */
import { planSweep, runOptions, runPlan } from "../../src/index.ts";
import { type FakeInputs, useFakeTrainer } from "./fake-trainer.ts";
import type { ProgramJob } from "./sweep-process.ts";

useFakeTrainer();
const { config, place } = JSON.parse(process.argv[2]!) as ProgramJob;
const { out, modelPath, dataset, fake = {}, ...asked } = place;
const stop = new AbortController();
process.once("SIGINT", () => stop.abort());
const inputs: FakeInputs = { plan: planSweep(config), modelPath, dataset: Buffer.from(dataset), fake };
const outcome = await runPlan(inputs, { out }, runOptions({ ...asked, signals: { stop: stop.signal } }));
process.exit(outcome.interrupted ? 75 : outcome.failed.length > 0 ? 3 : 0);
