import { expect, test } from "vitest";
import { baseFormat } from "../../src/memory/base-bytes.ts";
import { matchCatalogueModel, profileOf } from "../../src/memory.ts";
import { modelShapeFromConfig, selectTargets } from "../../src/models.ts";
import { type StepOptions, stepWork } from "../../src/time/work.ts";

const shape = modelShapeFromConfig(matchCatalogueModel("llama-2-7b")!.model.config);
const { settings, traits } = profileOf("trl");

function work(changes: Partial<StepOptions> = {}) {
  return stepWork({
    ...{ shape, rank: 16, base: baseFormat("bf16"), microBatch: 2, seq: 1024 },
    targets: selectTargets(shape, "all-linear"),
    settings: { ...settings, checkpointing: "off" },
    ...{ traits, kernels: "plain" },
    ...changes,
  });
}

// 32 blocks of q, k, v, o at 4096² and gate, up, down at 4096 × 11008; a head of 32000 × 4096.
const blocks = 32 * (4 * 4096 ** 2 + 3 * 4096 * 11_008);
const head = 32_000 * 4096;
const scores = 1024 * 2 * 4096 * 32;

test("a frozen matrix costs a product forward and one backward", () => {
  expect(work().tokens).toBe(2048);
  expect(work().products).toBe(2048 * (4 * (blocks + head) + 3.5 * scores));
});

test("recomputed blocks cost another product forward, and the head does not", () => {
  const { products } = work({ settings: { ...settings, checkpointing: "on" } });
  expect(products).toBe(2048 * (6 * blocks + 4 * head + 4.5 * scores));
});

test("A and B cost three products each, in proportion to the rank", () => {
  // PEFT's count for Llama 2 7B at rank 64 on all linear layers.
  expect(work({ rank: 64 }).adapterProducts).toBe(2048 * 6 * 159_907_840);
  expect(work({ rank: 16 }).adapterProducts).toBe(2048 * 6 * 39_976_960);
});

test("a mixture computes the experts that a token visits, and decodes all", () => {
  const mixture = modelShapeFromConfig(matchCatalogueModel("mixtral-8x7b")!.model.config);
  const targets = selectTargets(mixture, ["q_proj"]);
  const { products, decoded } = work({ shape: mixture, targets, base: baseFormat("nf4-dq") });
  const attention = 32 * (2 * 4096 ** 2 + 2 * 4096 * 1024);
  const expert = 32 * 3 * 4096 * 14_336;
  expect(products).toBe(2048 * (4 * (attention + 2 * expert + head) + 3.5 * scores));
  expect(decoded).toBe(2 * (attention + 8 * expert));
});

test("DoRA adds B times A as a whole matrix, whatever the tokens are", () => {
  const dora = { ...settings, checkpointing: "off", variant: "dora" } as const;
  const targets = selectTargets(shape, ["q_proj"]);
  const extra = (seq: number): number =>
    work({ targets, seq, settings: dora }).adapterProducts - work({ targets, seq }).adapterProducts;
  expect(extra(1024)).toBe(32 * 2 * 16 * 4096 * 8192);
  expect(extra(64)).toBe(extra(1024));
});

test("fused kernels, dropout and the optimiser's step change bytes and no product", () => {
  const plain = work();
  const fused = work({ kernels: "fused" });
  expect(fused.products).toBe(plain.products);
  expect(fused.bytes).toBeLessThan(plain.bytes / 1.5);
  const off = { ...settings, checkpointing: "off" } as const;
  expect(work({ settings: { ...off, dropout: 0.1 } }).bytes).toBeGreaterThan(plain.bytes);
  const several = work({ settings: { ...off, accumulation: true } });
  expect(plain.bytes - several.bytes).toBe(10 * 4 * 39_976_960);
});
