/**
 * Compares a device with what transformers + PEFT computed: `bench/parity.ts DEVICE test/fixtures`. Prints a line of JSON for each
 * fixture with the largest differences, measured as in test/adapter/peft-parity.test.ts, where the
 * tolerance is 1e-4 for each.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Runtime } from "@lorank/graph";
import { type DeviceName, deviceRuntime } from "@lorank/graph/devices";
import { createAdamW } from "../src/optimizer/adamw.ts";
import { optimizerStep } from "../src/optimizer/optimizer-step.ts";
import { IGNORE_INDEX } from "../src/transformer/batch.ts";
import {
  batchOf,
  largest,
  largestDifference,
  loadCase,
  logitDifference,
  peftKey,
} from "../test/helpers/parity.ts";

/** Largest differences; gradients relative to the largest element of each tensor. */
export interface Differences {
  readonly logits: number;
  readonly loss: number;
  readonly gradients: number;
  /** Of the trained tensors after three steps of AdamW. */
  readonly adamw: number;
}

async function differences(folder: string, runtime: Runtime): Promise<Differences> {
  const loaded = loadCase(folder, runtime);
  const { model, trained, expected, json } = loaded;
  const batch = batchOf(loaded, "right");
  const { logits } = await model.evaluate(batch);
  const targets = batch.targets.filter((target) => target !== IGNORE_INDEX).length;
  const gradients = new Map<string, Float32Array>();
  const { losses } = await model.trainStep(batch, 1 / targets, gradients);
  const optimizer = createAdamW(trained, { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 });
  const found = {
    logits: logitDifference(loaded, batch, logits, expected.readFloat32("logits")),
    loss: Math.abs(losses.reduce((sum, loss) => sum + loss, 0) / targets - json.loss),
    gradients: worst(trained.keys(), (key) => {
      const wanted = expected.readFloat32(`gradient.${peftKey(key)}`);
      return largestDifference(gradients.get(key)!, wanted) / largest(wanted);
    }),
  };
  for (let step = 0; step < 3; step++) {
    const options = { microBatches: [batch], learningRate: 1e-3, maxGradientNorm: 0 };
    await optimizerStep(model, optimizer, gradients, options);
  }
  const adamw = worst(trained.keys(), (key) =>
    largestDifference(trained.get(key)!, expected.readFloat32(`after.${peftKey(key)}`)),
  );
  await model.dispose();
  return { ...found, adamw };
}

/** NaN where one is. */
function worst(keys: Iterable<string>, of: (key: string) => number): number {
  return Math.max(...[...keys].map(of));
}

const [device, fixtures] = process.argv.slice(2) as [DeviceName, string];
const runtime = await deviceRuntime({ device, threads: 1 });
for (const group of ["llama-tiny", "families"])
  for (const name of readdirSync(join(fixtures, group)))
    console.log(JSON.stringify({ name, ...(await differences(join(fixtures, group, name), runtime)) }));
process.exit(0); // a runtime's threads must not keep the process
