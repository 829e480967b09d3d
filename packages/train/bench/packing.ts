/**
 * What packing saves: tokens and time of the same steps with texts side by side and with texts that share sequences.
 *
 *     node --conditions=@lorank/source --import tsx bench/packing.ts --data FILE [--batch 8] [--micro 8] [--steps 20]
 *         [--rounds 3] [--threads 2] [--config FILE]
 *
 * FILE of --data is a prepared data set, as `lorank sweep` writes it into its folder; --config is a model's config.json
 * (default: the size of MiniLM). Weights are random, rank 8 on all linear layers. Every micro-batch runs both ways in turn;
 * round 1 compiles each shape, later rounds do not. Processor time is user and system time of all threads.
 */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { onnxRuntime } from "@lorank/graph/devices";
import { noAdapter, resolveTargets } from "../src/adapter/shape.ts";
import { initialAdapter, initialHead, randomBase } from "../src/base/initial-weights.ts";
import { headOf } from "../src/base/trial-model.ts";
import {
  countPaddedTokens,
  epochOrder,
  evaluationBatches,
  microBatches,
  packingPays,
  padBatch,
  trainingSteps,
} from "../src/batches/batches.ts";
import { decodeDataset, type TokenizedExample } from "../src/data/dataset.ts";
import { familyOf } from "../src/families/families.ts";
import { countTargets } from "../src/transformer/batch.ts";
import { Transformer } from "../src/transformer/transformer.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    config: { type: "string" },
    batch: { type: "string", default: "8" },
    micro: { type: "string", default: "8" },
    steps: { type: "string", default: "20" },
    rounds: { type: "string", default: "3" },
    threads: { type: "string", default: "2" },
  },
});
const minilm = {
  model_type: "bert",
  hidden_size: 384,
  intermediate_size: 1536,
  num_hidden_layers: 6,
  num_attention_heads: 12,
  vocab_size: 30_522,
  max_position_embeddings: 512,
};
const config = values.config ? JSON.parse(readFileSync(values.config, "utf8")) : minilm;
if (!values.data) throw new Error("--data must name a prepared data set");
const dataset = decodeDataset(readFileSync(values.data));
const examples = dataset.train as readonly TokenizedExample[];
const lengths = examples.map(({ inputIds }) => inputIds.length);
const [batchSize, micro] = [Number(values.batch), Number(values.micro)];
const all = trainingSteps(epochOrder(examples.length, 2, 1), batchSize).map((step) =>
  microBatches(step, lengths, micro),
);
const real = all.flat(2).reduce((sum, batch) => sum + batch.reduce((own, i) => own + lengths[i]!, 0), 0);
for (const pack of [false, true]) {
  const tokens = countPaddedTokens(all.flat(), lengths, { pack });
  const pads = (100 * (1 - real / tokens)).toFixed(1);
  const shapes = new Set(all.flat().map((rows) => shapeOf(rows, pack)));
  console.log(
    `${pack ? "packed" : "padded"}, two epochs: ${tokens} tokens, ${pads} % pads, ${shapes.size} shapes`,
  );
}
console.log(`trains packed: ${packingPays(all.flat(), lengths)}`);
const validation = dataset.validation.map(({ inputIds }) => inputIds.length);
const whole = validation.reduce((sum, length) => sum + length, 0);
for (const pack of [false, true]) {
  const tokens = countPaddedTokens(evaluationBatches(validation, 2048), validation, { pack });
  console.log(
    `evaluation, ${pack ? "packed" : "padded"}: ${tokens} tokens, ${(100 * (1 - whole / tokens)).toFixed(1)} % pads`,
  );
}
if (Number(values.rounds) > 0) await time();

async function time(): Promise<void> {
  const family = familyOf(config);
  const head = family.head(headOf(dataset.task));
  const targets = resolveTargets(head, { targetModules: "all-linear", rank: 8 });
  const model = new Transformer({
    family,
    head,
    runtime: await onnxRuntime({ threads: Number(values.threads) }),
    adapter: { ...noAdapter, modules: new Map(targets.map(({ path }) => [path, { rank: 8, scaling: 4 }])) },
    parameters: new Map([
      ...randomBase(family, head, 0),
      ...initialAdapter(targets, 0),
      ...initialHead(family, head, 0),
    ]),
  });
  const gradients = new Map<string, Float32Array>();
  const batches = all.slice(0, Number(values.steps)).flat();
  const tokens = [false, true].map((pack) => countPaddedTokens(batches, lengths, { pack })) as [
    number,
    number,
  ];
  console.log(`timed: ${tokens[0]} tokens padded, ${(tokens[1] / tokens[0]).toFixed(3)} of them packed`);
  for (let round = 1; round <= Number(values.rounds); round++) {
    const seconds = { padded: { wall: 0, cpu: 0 }, packed: { wall: 0, cpu: 0 } };
    for (const [i, rows] of batches.entries()) {
      for (const way of i % 2 ? (["padded", "packed"] as const) : (["packed", "padded"] as const)) {
        const own = Array.from(rows, (row) => examples[row]!);
        const cpu = process.cpuUsage();
        const start = performance.now();
        const batch = padBatch(own, { pack: way === "packed" });
        await model.trainStep(batch, 1 / countTargets(batch.targets), gradients);
        seconds[way].wall += (performance.now() - start) / 1000;
        const { user, system } = process.cpuUsage(cpu);
        seconds[way].cpu += (user + system) / 1e6;
      }
    }
    const { padded, packed } = seconds;
    console.log(
      `round ${round}, ${batches.length} micro-batches: padded ${padded.wall.toFixed(2)} s (processor ${padded.cpu.toFixed(2)} s), packed ${packed.wall.toFixed(2)} s (${packed.cpu.toFixed(2)} s); ` +
        `packed to padded ${(packed.wall / padded.wall).toFixed(3)}, processor ${(packed.cpu / padded.cpu).toFixed(3)}`,
    );
  }
  await model.dispose();
}

function shapeOf(rows: Uint32Array, pack: boolean): string {
  const { inputIds, seq } = padBatch(
    Array.from(rows, (row) => examples[row]!),
    { pack },
  );
  return `${inputIds.length / seq} × ${seq}`;
}
