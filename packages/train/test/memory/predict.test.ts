import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { isNightly } from "../../../../scripts/nightly.ts";
import type { TokenizedClassification } from "../../src/data/dataset.ts";
import { familyOf } from "../../src/families/families.ts";
import { BYTES_OF_PROGRAM } from "../../src/memory/planned-model.ts";
import { type PredictMemoryOptions, predictMemory } from "../../src/memory/predict.ts";
import {
  type GenerateMemoryOptions,
  predictEngineMemory,
  predictGenerateMemory,
  predictTrialMemory,
} from "../../src/memory/predict-trial.ts";
import { asLanguage, tinyBertConfig, tinyConfig, tinyTrial } from "../helpers/tiny.ts";

const sizes = { hidden_size: 192, intermediate_size: 512, num_hidden_layers: 4, vocab_size: 4096 };
const llama = { ...tinyConfig, ...sizes, num_attention_heads: 6, num_key_value_heads: 3 };
const bert = { ...tinyBertConfig, ...sizes, num_attention_heads: 6, max_position_embeddings: 256 };

const lora = {
  rank: 8,
  alpha: 16,
  scalingRule: "lora",
  dropout: 0,
  targetModules: ["q_proj", "v_proj", "down_proj"],
} as const;

function optionsOf(changes: Partial<PredictMemoryOptions> = {}): PredictMemoryOptions {
  const family = familyOf(llama);
  const shape = { sequences: 4, seq: 64, queryCount: 1, targets: 4 } as const;
  const head = family.head({ kind: "classification", labels: 2 });
  return { family, head, lora, training: [shape], evaluation: [shape], processBytes: 0, ...changes };
}

test("parts add up, and say what is held", async () => {
  const { allocatedBytes, parts, rank, peakPhase } = await predictMemory(optionsOf());
  expect(Object.values(parts).reduce((sum, bytes) => sum + bytes, 0)).toBe(allocatedBytes);
  expect(Object.values(parts).every((bytes) => bytes >= 0)).toBe(true);
  expect(rank).toBe(8);
  expect(["training", "evaluation"]).toContain(peakPhase);
  const moduleParams = 4 * 8 * (192 + 192 + 192 + 96 + 512 + 192); // q, v, down in four blocks
  expect(parts.adapterWeights).toBe(4 * (moduleParams + 2 * 192)); // and the head
  expect(parts.gradients).toBe(parts.adapterWeights);
  expect(parts.optimizerStates).toBe(2 * parts.adapterWeights);
});

test("the best step's parameters are held beside the trained ones where they are kept", async () => {
  const { parts: plain, allocatedBytes } = await predictMemory(optionsOf());
  const kept = await predictMemory(optionsOf({ keepsBest: true }));
  expect(kept.parts.adapterWeights).toBe(2 * plain.adapterWeights);
  expect(kept.allocatedBytes).toBeGreaterThanOrEqual(allocatedBytes + plain.adapterWeights);
  const { spec } = tinyTrial({ targetModules: ["q_proj"] }, { epochs: 1 }, llama as never, texts(40));
  const peakOf = (keepsBest: boolean) =>
    predictTrialMemory(spec, { config: llama, data: texts(40), keepsBest, processBytes: 0 });
  const [last, best] = [await peakOf(false), await peakOf(true)];
  expect(best.parts.adapterWeights).toBe(2 * last.parts.adapterWeights);
});

test("more of anything takes more; recomputing everything takes less", async () => {
  const bytesOf = async (changes: Partial<PredictMemoryOptions>) =>
    (await predictMemory(optionsOf(changes))).allocatedBytes;
  const shape = (sequences: number, seq: number) =>
    [{ sequences, seq, queryCount: 1, targets: sequences }] as const;
  const plain = await bytesOf({});
  expect(await bytesOf({ lora: { ...lora, rank: 64 } })).toBeGreaterThan(plain);
  expect(await bytesOf({ training: shape(8, 64) })).toBeGreaterThan(plain);
  expect(await bytesOf({ training: shape(4, 128) })).toBeGreaterThan(plain);
  expect(await bytesOf({ recompute: "nothing" })).toBeGreaterThan(plain);
  expect(await bytesOf({ recompute: "everything" })).toBeLessThan(plain);
});

/** Ranks by which no two blocks share their programs. */
const unequalRanks = [
  { pattern: "1.mlp.down_proj", rank: 160 },
  { pattern: "2..*", rank: 2 },
  { pattern: "3.self_attn.[qv]_proj", rank: 64 },
];

test("layers are counted at their own ranks, and blocks of other ranks have programs of their own", async () => {
  const { parts: plain } = await predictMemory(optionsOf());
  const { parts: own } = await predictMemory(optionsOf({ lora: { ...lora, rankPattern: unequalRanks } }));
  const [q, v, down] = [192 + 192, 192 + 96, 512 + 192];
  const more = (160 - 8) * down + (2 - 8) * (q + v + down) + (64 - 8) * (q + v);
  expect(own.adapterWeights).toBe(plain.adapterWeights + 4 * more);
  // At the peak, in training: forward of the first three blocks was one program, backward of the middle two another.
  expect(Math.round((own.programs - plain.programs) / BYTES_OF_PROGRAM)).toBe(3);
});

test("programs of every shape that is trained on stay, and of eight their memory is played through", async () => {
  const programs: number[] = [];
  for (const count of [4, 8, 20]) {
    const training = Array.from({ length: 2 * count }, (_, i) => {
      return { sequences: 4, seq: 16 * (30 - (i % count)), queryCount: 1, targets: 4 } as const;
    });
    programs.push((await predictMemory(optionsOf({ training }))).parts.programs / BYTES_OF_PROGRAM);
  }
  const [four, eight, twenty] = programs.map(Math.round);
  // Forward and backward of the first block, of the last, and of those between.
  expect(eight! - four!).toBe(4 * 3 * 2);
  expect(twenty! - eight!).toBe(12 * 3 * 2);
});

test("a base in 4 bits takes an eighth in the blocks, and one block's weights decoded", async () => {
  const whole = await predictMemory(optionsOf());
  const { parts } = await predictMemory(optionsOf({ quantization: { format: "nf4", blockSize: 64 } }));
  const block = 192 * (192 + 96 + 96 + 192) + 3 * 192 * 512;
  expect(parts.baseWeights).toBe(whole.parts.baseWeights - 4 * block * (4 - 0.5));
  expect(parts.quantizationConstants).toBe((4 * 4 * block) / 64);
  expect(parts.decodedWeights).toBe(4 * block);
});

describe("answers", () => {
  const config = { ...llama, max_position_embeddings: 4096 };
  const answers = { config, prompts: new Array<number>(16).fill(40), maxNewTokens: 10, processBytes: 0 };
  const bytesOf = async (changes: Partial<GenerateMemoryOptions>) =>
    (await predictGenerateMemory({ ...answers, ...changes })).allocatedBytes;

  test("keys and values take 4 bytes each, for as many tokens as rows have room for", async () => {
    const { parts, peakPhase } = await predictGenerateMemory({
      ...answers,
      prompts: [1000],
      maxNewTokens: 1,
    });
    expect(peakPhase).toBe("answers");
    expect(parts.gradients + parts.optimizerStates + parts.adapterWeights).toBe(0);
    // The last of four layers has none yet when the largest program runs.
    expect([3, 4]).toContain(parts.keyValueCache / (2 * 4 * 96 * 1024));
  });

  test("longer texts, more rows and more steps than weights are laid out for take more", async () => {
    const few = await bytesOf({});
    expect(await bytesOf({ maxNewTokens: 200 })).toBeGreaterThan(few);
    expect(await bytesOf({ batch: 16 })).toBeGreaterThan(few);
    const [prompts, batch] = [[40, 40, 40, 40], 1];
    const block = 192 * (192 + 96 + 96 + 192) + 3 * 192 * 512;
    const several = await predictGenerateMemory({ ...answers, prompts, batch }); // 4 × 9 steps of one text
    expect(several.parts.laidOutWeights).toBeGreaterThanOrEqual(4 * 4 * block);
    expect((await predictGenerateMemory({ ...answers, prompts: [40], batch })).parts.laidOutWeights).toBe(0);
  });

  test("the peak of a trial is the larger one of training's and its answers'", async () => {
    const data = asLanguage(texts(40));
    const peakOf = async (answered: object) => {
      const { spec } = tinyTrial({ targetModules: ["q_proj"] }, { epochs: 1 }, config as never, data);
      return predictTrialMemory({ ...spec, ...answered }, { config, data, processBytes: 0 });
    };
    const plain = await peakOf({});
    const few = await peakOf({ answers: { metric: "equals", maxNewTokens: 1 } });
    const many = await peakOf({ answers: { metric: "equals", maxNewTokens: 3000 } });
    expect(few.allocatedBytes).toBe(plain.allocatedBytes);
    expect(many.allocatedBytes).toBeGreaterThan(plain.allocatedBytes + 2 * 4 * 96 * 4 * 4096);
    expect(many.peakPhase).toBe("answers");
  });

  // Source: docs/checked/memory-accuracy-engine.md, which has more of them and larger models.
  test.each([
    { prompts: new Array<number>(4).fill(1800), maxNewTokens: 40, batch: 4, megabytes: 381 },
    { prompts: Array.from({ length: 32 }, (_, i) => 20 + 7 * i), maxNewTokens: 24, batch: 8, megabytes: 201 },
  ])("within 5 % of $megabytes MB that were measured", async ({ megabytes, ...shape }) => {
    const config = { ...llama, pad_token_id: 0 };
    const { allocatedBytes } = await predictGenerateMemory({ config, ...shape, processBytes: 129.3e6 });
    expect(Math.abs(allocatedBytes / 1e6 / megabytes - 1)).toBeLessThan(0.05);
  });
});

test("a config alone is enough, and agrees with the same shapes", async () => {
  const there = await predictEngineMemory({
    config: llama,
    head: { kind: "classification", labels: 2 },
    rank: 8,
    targetModules: lora.targetModules,
    microBatch: 4,
    seq: 64,
    processBytes: 0,
  });
  const evaluation = [{ sequences: 32, seq: 64, queryCount: 1, targets: 32 }];
  expect(there).toEqual(await predictMemory(optionsOf({ evaluation })));
});

const run = promisify(execFile);
const script = fileURLToPath(new URL("./trial-peak.ts", import.meta.url));
/** As a sweep starts its trials. */
const allocator = {
  MALLOC_MMAP_THRESHOLD_: String(32 * 2 ** 20),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 40),
  MALLOC_ARENA_MAX: "1",
  GLIBC_TUNABLES: "glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0",
};

async function measured({ spec, resources }: ReturnType<typeof tinyTrial>): Promise<number> {
  const flags = [
    "--conditions=@lorank/source",
    "--import",
    "tsx",
    script,
    JSON.stringify({ spec, resources }),
  ];
  const { stdout } = await run(process.execPath, flags, { env: { ...process.env, ...allocator } });
  return Number(stdout);
}

function texts(length: number): TokenizedClassification {
  const make = (split: string, count: number) =>
    Array.from({ length: count }, (_, i) => ({
      id: `${split}-${i}`,
      inputIds: Array.from({ length }, (_, place) => 1 + ((i * 31 + place * 7) % 4000)),
      label: i % 2,
    }));
  return {
    name: "texts",
    task: { kind: "classification", labels: ["a", "b"] },
    train: make("train", 32),
    validation: make("validation", 16),
  };
}

const { header } = process.report.getReport() as {
  readonly header: { readonly glibcVersionRuntime?: string };
};
const notGlibc = header.glibcVersionRuntime ? "" : " (skipped: only glibc's heap is played through)";

test.skipIf(notGlibc !== "").each([
  { name: "a decoder", config: llama, own: {} },
  ...(isNightly
    ? [
        { name: "an encoder", config: bert, own: { targetModules: ["query", "value"] } },
        { name: "ranks by layer", config: llama, own: { rankPattern: unequalRanks } },
      ]
    : []),
])(`$name: within a tenth of what a process takes${notGlibc}`, async ({ config, own }) => {
  // What a trial takes that holds next to nothing. The first process may compile the sources, which takes more.
  const processBytes = Math.min(await measured(tinyTrial()), await measured(tinyTrial()));
  const data = texts(128);
  const optimizer = { epochs: 1, batchSize: 16, microBatchSize: 16 };
  const trial = tinyTrial({ rank: 8, ...own }, optimizer, config as never, data);
  const { allocatedBytes } = await predictTrialMemory(trial.spec, { config, data, processBytes });
  expect(Math.abs(allocatedBytes / (await measured(trial)) - 1)).toBeLessThan(0.1);
});
