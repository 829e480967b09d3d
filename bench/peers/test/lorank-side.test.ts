import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSafetensors } from "@lorank/checkpoint/files";
import { floats } from "@lorank/graph";
import { familyOf, randomBase, untrainedAdapter } from "@lorank/train/engine";
import { afterAll, expect, test } from "vitest";
import { startSide } from "../driver/side.ts";
import type { Work } from "../driver/work.ts";

const folder = mkdtempSync(join(tmpdir(), "lorank-peers-"));
afterAll(() => rmSync(folder, { recursive: true }));

const config = {
  model_type: "bert",
  hidden_size: 16,
  intermediate_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 2,
  vocab_size: 50,
  max_position_embeddings: 16,
  type_vocab_size: 2,
  layer_norm_eps: 1e-12,
  hidden_act: "gelu",
  pad_token_id: 0,
};
const family = familyOf(config);
const head = family.head({ kind: "classification", labels: 2 });
const base = randomBase(family, head, 1);
// At rank 0, the head alone.
const lora = { rank: 0, alpha: 1, scalingRule: "lora", dropout: 0, targetModules: ["query"] } as const;
const { parameters } = untrainedAdapter(lora, { family, head, weights: base }, 1);
const weights = [...base, ...parameters].map(
  ([name, tensor]) => [name, { shape: tensor.shape, data: floats(tensor) }] as const,
);
writeFileSync(join(folder, "config.json"), JSON.stringify(config));
writeSafetensors(join(folder, "model.safetensors"), new Map(weights));

const work: Work = {
  stack: "lorank",
  task: "classification",
  model: folder,
  base: "float32",
  batch: 4,
  seq: 8,
  rank: 2,
  threads: 1,
  recompute: false,
};

test("our side trains all linear layers, the pooler and the classifier, and answers each line", async () => {
  const side = await startSide(work);
  // a block: 4 of 16 + 16, 2 of 16 + 32; the pooler: 16 + 16; the classifier whole: 2 · 16 + 2
  const perRank = 2 * (4 * 32 + 2 * 48) + 32;
  expect(side.ready).toMatchObject({ trained: 2 * perRank + 34 });
  const first = await side.run(3);
  const second = await side.run(2);
  side.close();
  expect(first.seconds).toHaveLength(3);
  expect(second.losses).toHaveLength(2);
  // the optimiser really steps: the loss of one and the same batch falls all the way
  const losses = [...first.losses, ...second.losses];
  expect(losses).toEqual([...losses].sort((a, b) => b - a));
  expect(new Set(losses).size).toBe(5);
  expect(second.peakBytes).toBeGreaterThan(20e6);
});
