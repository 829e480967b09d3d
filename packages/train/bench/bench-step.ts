import type { Recompute, Runtime } from "@lorank/graph";
import { noAdapter, resolveTargets } from "../src/adapter/shape.ts";
import { initialAdapter, initialHead } from "../src/base/initial-weights.ts";
import { familyOf } from "../src/families/families.ts";
import type { MicroBatch } from "../src/transformer/batch.ts";
import { Transformer } from "../src/transformer/transformer.ts";
import { benchBase } from "./bench-base.ts";
import { models } from "./models.ts";

/** Models and the sequences and tokens of a step that is measured. */
export const cases = {
  starter: { config: models.starter, batch: 16, seq: 128 },
  /** A micro-batch of the demo. */
  "starter-demo": { config: models.starter, batch: 8, seq: 96 },
  "minilm-size": { config: models["minilm-size"], batch: 4, seq: 128 },
  "smollm2-size": { config: models["smollm2-size"], batch: 4, seq: 128 },
  "llama-1b-size": { config: models["llama-1b-size"], batch: 1, seq: 128 },
} as const;

interface BenchStepOptions {
  readonly runtime: Runtime;
  /** Rank of LoRA on all linear layers. */
  readonly rank: number;
  readonly nf4: boolean;
  readonly recompute: Recompute | undefined;
}

/** A LoRA training step of a case: a classifier with two labels, and texts that fill their sequences. */
export function benchStep(name: keyof typeof cases, { runtime, rank, nf4, recompute }: BenchStepOptions) {
  const { config, batch, seq } = cases[name];
  const family = familyOf(config);
  const head = family.head({ kind: "classification", labels: 2 });
  const targets = resolveTargets(head, { targetModules: "all-linear", rank });
  const shape = { rank, scaling: 32 / rank };
  const model = new Transformer({
    family,
    runtime,
    head,
    adapter: { ...noAdapter, modules: new Map(targets.map(({ path }) => [path, shape])) },
    parameters: new Map([
      ...benchBase(family, head, nf4),
      ...initialAdapter(targets, 0),
      ...initialHead(family, head, 0),
    ]),
    recompute,
  });
  const microBatch: MicroBatch = {
    inputIds: Int32Array.from({ length: batch * seq }, (_, i) => (i * 7919) % family.vocabSize),
    lengths: new Array<number>(batch).fill(seq),
    seq,
    targets: Int32Array.from({ length: batch }, (_, i) => i % 2),
  };
  const gradients = new Map<string, Float32Array>();
  return { family, step: () => model.trainStep(microBatch, 1 / batch, gradients) };
}
