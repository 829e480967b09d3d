/**
 * What a checkpoint costs: its bytes, and the time to write it with its two fsyncs, for adapters on all linear layers.
 *
 *     node --conditions=@lorank/source --import tsx bench/checkpoint-cost.ts [folder]
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineSpec } from "@lorank/evidence/results";
import { resolveTargets } from "../src/adapter/shape.ts";
import { initialAdapter } from "../src/base/initial-weights.ts";
import { trainDefaults } from "../src/defaults.ts";
import { familyOf } from "../src/families/families.ts";
import { inFolder } from "../src/node/trials.ts";
import { newLearner, record } from "../src/trial/learner.ts";
import { TrainingCheckpoints } from "../src/trial/training-checkpoints.ts";
import { fastClock, fiveSteps } from "../test/helpers/five-steps.ts";
import { models } from "./models.ts";

const smolLm2 = {
  ...models.starter,
  hidden_size: 576,
  intermediate_size: 1536,
  num_hidden_layers: 30,
  num_attention_heads: 9,
  vocab_size: 49_152,
};

const place = process.argv[2] ?? tmpdir();
const { seconds: every } = trainDefaults.checkpointEvery;
console.log(`${cpus()[0]?.model}, Node ${process.version}, load ${loadavg()[0]!.toFixed(1)}`);
for (const [name, config, rank] of [
  ["the starter, rank 32", models.starter, 32],
  ["SmolLM2-135M, rank 16", smolLm2, 16],
] as const) {
  const times: number[] = [];
  let size = 0;
  for (let i = 0; i < 9; i++) {
    const folder = mkdtempSync(join(place, "lorank-checkpoint-"));
    write(folder, config, rank, (bytes, seconds) => {
      size = bytes;
      times.push(1000 * seconds);
    });
    rmSync(folder, { recursive: true });
  }
  const ms = times.sort((a, b) => a - b)[times.length >> 1]!;
  const share = ((100 * ms) / 1000 / every).toFixed(3);
  console.log(
    `${name}: ${(size / 1e6).toFixed(1)} MB, median ${ms.toFixed(0)} ms (${times[0]!.toFixed(0)} to ${times.at(-1)!.toFixed(0)}), ${share} % of ${every} s`,
  );
}

/** Writes the checkpoint of a training of 1,000 steps. */
function write(
  folder: string,
  config: Record<string, unknown>,
  rank: number,
  told: (bytes: number, seconds: number) => void,
): void {
  const head = familyOf(config).head({ kind: "causal-lm" });
  const trained = initialAdapter(resolveTargets(head, { targetModules: "all-linear", rank }), 1);
  const { spec: five } = fiveSteps();
  const spec: EngineSpec = { ...five, data: { ...five.data, trainExamples: 1000 } };
  const learner = newLearner(spec, trained, new Array<number>(1000).fill(10));
  const options = { folder, every: { steps: 1000 }, now: fastClock() };
  const checkpoints = new TrainingCheckpoints(
    inFolder(options),
    { spec, computer: "onnx on cpu with 1 thread" },
    (event) => {
      if (event.kind === "checkpoint") told(event.bytes, event.seconds);
    },
  );
  checkpoints.begin(learner);
  for (let step = 0; step < 1000; step++) record(learner, step, 1 / (step + 3));
  checkpoints.stepped(1000);
}
