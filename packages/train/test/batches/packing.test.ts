import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { floats } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { describe, expect, test } from "vitest";
import { noAdapter, resolveTargets } from "../../src/adapter/shape.ts";
import { initialAdapter, initialHead, randomBase } from "../../src/base/initial-weights.ts";
import { countPaddedTokens, packingPays, packTexts, padBatch } from "../../src/batches/batches.ts";
import type { TokenizedExample, TokenizedTokensExample } from "../../src/data/dataset.ts";
import { familyOf } from "../../src/families/families.ts";
import { randomStream } from "../../src/random/random.ts";
import { firstRows, IGNORE_INDEX, type MicroBatch } from "../../src/transformer/batch.ts";
import { dropoutMasks } from "../../src/transformer/dropout-masks.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { meanOfTokens } from "../helpers/mean-of-tokens.ts";
import { largest, largestDifference, loadCase } from "../helpers/parity.ts";
import { tinyBertConfig, tinyConfig } from "../helpers/tiny.ts";

describe("packTexts", () => {
  test("puts the longest first, each into the first sequence that has room", () => {
    // 9 | 7 + 3 | 5 + 4 + 1 of 10 tokens
    expect(packTexts([5, 9, 4, 3, 7, 1], 10)).toEqual({
      count: 3,
      sequences: [2, 0, 2, 1, 1, 0],
      starts: [0, 0, 5, 7, 0, 9],
    });
  });

  test("overlaps nowhere, ends within the sequence, and comes close to the fewest possible", () => {
    for (let draw = 0; draw < 50; draw++) {
      const stream = randomStream(draw, "lengths");
      const lengths = Array.from({ length: 1 + stream.integer(20) }, () => 1 + stream.integer(32));
      const { count, sequences, starts } = packTexts(lengths, 32) ?? {
        count: lengths.length,
        sequences: [...lengths.keys()],
        starts: lengths.map(() => 0),
      };
      const taken = new Set<number>();
      lengths.forEach((length, text) => {
        expect(starts[text]! + length).toBeLessThanOrEqual(32);
        for (let i = 0; i < length; i++) taken.add(32 * sequences[text]! + starts[text]! + i);
      });
      const tokens = lengths.reduce((sum, length) => sum + length, 0);
      expect(taken.size).toBe(tokens);
      expect(Math.max(...sequences)).toBe(count - 1);
      // No two sequences are both half empty, so fewer than twice as many as there are tokens for, and one.
      expect(count).toBeLessThan((2 * tokens) / 32 + 1);
    }
  });

  test("is nothing where every text needs a sequence", () => {
    expect(packTexts([9, 8, 7], 10)).toBeUndefined();
  });
});

const lengths = [16, 13, 9, 6, 5, 4, 2, 1];
const ids = (text: number): number[] =>
  Array.from({ length: lengths[text]! }, (_, i) => 2 + ((text * 11 + i * 7) % 33));
const labelled: TokenizedExample[] = lengths.map((_, text) => ({
  id: `${text}`,
  inputIds: ids(text),
  label: text % 2,
}));
/** The first third of each text has nothing to predict. */
const continued: TokenizedTokensExample[] = lengths.map((length, text) => ({
  id: `${text}`,
  inputIds: ids(text),
  labels: ids(text).map((id, i) => (3 * i < length - 1 ? IGNORE_INDEX : (id + text) % 33)),
}));

describe("a packed batch", () => {
  test("counts its tokens as countPaddedTokens does", () => {
    const packed = padBatch(labelled, { pack: true });
    expect(packed.inputIds.length).toBe(4 * 16); // 56 tokens in 4 sequences of 16
    const every = [Uint32Array.from(lengths.keys())];
    expect(countPaddedTokens(every, lengths, { pack: true })).toBe(4 * 16);
    expect(countPaddedTokens(every, lengths)).toBe(8 * 16);
  });

  test("is the padded one where no sequence is saved", () => {
    const long = labelled.slice(0, 3);
    expect(padBatch(long, { pack: true })).toEqual(padBatch(long));
  });

  test("pays from a twentieth of the tokens on", () => {
    const batch = (texts: number): Uint32Array => Uint32Array.from({ length: texts }, (_, i) => i);
    const withTwoShort = (texts: number): number[] =>
      Array.from({ length: texts }, (_, i) => (i < 2 ? 8 : 16));
    expect(packingPays([batch(20)], withTwoShort(20))).toBe(true);
    expect(packingPays([batch(21)], withTwoShort(21))).toBe(false);
    expect(packingPays([batch(8)], new Array<number>(8).fill(16))).toBe(false);
  });

  test("has each text's tokens and targets once", () => {
    const batch = padBatch(continued, { pack: true, padId: 1 });
    firstRows(batch).forEach((first, text) => {
      const { inputIds, labels } = continued[text]!;
      expect([...batch.inputIds.subarray(first, first + lengths[text]!)]).toEqual(inputIds);
      expect([...batch.targets.subarray(first, first + lengths[text]!)]).toEqual(labels);
    });
    expect(batch.inputIds.filter((id) => id === 1)).toHaveLength(4 * 16 - 56);
  });
});

interface Run {
  readonly losses: readonly number[];
  readonly hits: readonly number[];
  readonly logits: readonly number[];
  readonly gradients: Map<string, Float32Array>;
}

/** What a model makes of these batches, example after example. */
async function runOf(
  model: Transformer,
  batches: readonly MicroBatch[],
  weights?: Float32Array,
): Promise<Run> {
  const run = { losses: [] as number[], hits: [] as number[], logits: [] as number[], gradients: new Map() };
  for (const batch of batches) {
    const trained = await model.trainStep(batch, weights ?? 0.1, run.gradients);
    const { logits, losses } = await model.evaluate(batch);
    expect(largestDifference(losses, trained.losses)).toBeLessThan(1e-4);
    expect(largestDifference((await model.losses(batch)).losses, losses)).toBeLessThan(1e-4);
    const classes = logits.length / losses.length;
    const byToken = batch.targets.length > batch.lengths.length;
    for (const [text, first] of firstRows(batch).entries()) {
      const [from, count] = byToken ? [first, batch.lengths[text]!] : [text, 1];
      run.losses.push(...losses.subarray(from, from + count));
      run.hits.push(...trained.hits.subarray(from, from + count));
      run.logits.push(...logits.subarray(classes * from, classes * (from + count)));
    }
  }
  return run;
}

function expectSame(found: Run, wanted: Run): void {
  expect(found.hits).toEqual(wanted.hits);
  for (const part of ["losses", "logits"] as const) {
    const numbers = Float32Array.from(wanted[part]);
    expect(largestDifference(Float32Array.from(found[part]), numbers) / largest(numbers), part).toBeLessThan(
      1e-5,
    );
  }
  expectSameGradients(found.gradients, wanted.gradients);
}

function expectSameGradients(
  found: ReadonlyMap<string, Float32Array>,
  wanted: ReadonlyMap<string, Float32Array>,
): void {
  expect([...found.keys()].sort()).toEqual([...wanted.keys()].sort());
  const most = Math.max(...[...wanted.values()].map(largest));
  expect(most).toBeGreaterThan(1e-3);
  for (const [name, gradient] of wanted) {
    const scale = Math.max(largest(gradient), 1e-4 * most);
    expect(largestDifference(found.get(name)!, gradient) / scale, name).toBeLessThan(1e-4);
  }
}

const fixtures = fileURLToPath(new URL("../fixtures/families", import.meta.url));

describe.each(readdirSync(fixtures))("packed texts in %s", (name) => {
  test("have the logits, losses and gradients of texts side by side", async () => {
    const { model, classification } = loadCase(join(fixtures, name), await onnxRuntime());
    const examples = classification ? labelled : continued;
    const packed = padBatch(examples, { pack: true, padId: 1 });
    expect(packed.sequences).toBeDefined();
    const weights = Float32Array.from(lengths, (_, text) => 0.05 + 0.01 * text);
    const together = await runOf(model, [padBatch(examples, { padId: 1 })], weights);
    expectSame(await runOf(model, [packed], weights), together);
    await model.dispose();
  });
});

describe.each([
  ["a decoder that classifies", tinyConfig, "classification"],
  ["an encoder that classifies", tinyBertConfig, "classification"],
  ["a language model", tinyConfig, "causal-lm"],
] as const)("in %s", (_, config, kind) => {
  const family = familyOf(config);
  const head = family.head(kind === "causal-lm" ? { kind } : { kind, labels: 2 });
  const examples: (TokenizedExample | TokenizedTokensExample)[] = kind === "causal-lm" ? continued : labelled;
  const pick = (from: number, to: number, pack: boolean): MicroBatch =>
    padBatch(examples.slice(from, to) as TokenizedExample[], { pack });

  async function build(dropout = 0): Promise<Transformer> {
    const targets = resolveTargets(head, { targetModules: "all-linear", rank: 2 });
    const adapter = initialAdapter(targets, 1);
    for (const [name, tensor] of adapter)
      if (name.endsWith("lora_B.weight")) randomStream(2, name).fillNormal(floats(tensor), 0.2);
    return new Transformer({
      family,
      head,
      runtime: await onnxRuntime(),
      adapter: {
        ...noAdapter,
        dropout,
        modules: new Map(targets.map(({ path }) => [path, { rank: 2, scaling: 1 }])),
      },
      parameters: new Map([...randomBase(family, head, 4), ...adapter, ...initialHead(family, head, 1)]),
    });
  }

  test("8 packed texts are micro-batches of 5 and 3, packed and not", async () => {
    const model = await build();
    const wanted = await runOf(model, [pick(0, 5, false), pick(5, 8, false)]);
    expectSame(await runOf(model, [pick(0, 8, true)]), wanted);
    expectSame(await runOf(model, [pick(0, 5, true), pick(5, 8, true)]), wanted);
    await model.dispose();
  });

  // Nine short texts share 16 columns: so many of their tokens ask that the last block is computed for all.
  const short = examples.map(({ id }, text) => {
    const inputIds = ids(text).slice(0, text < 3 ? 2 : 1);
    const what = kind === "causal-lm" ? { labels: inputIds.map(() => text) } : { label: text % 2 };
    return { id, inputIds, ...what } as TokenizedExample;
  });

  test.each([
    ["8 texts", examples],
    ["9 short texts", [...short, short[0]!]],
  ])("dropout draws the same for %s in shared sequences", async (_, texts) => {
    const model = await build(0.3);
    const dropoutMask = dropoutMasks(0.3, 1, 0, 0);
    const [packed, padded] = [true, false].map((pack) => padBatch(texts as TokenizedExample[], { pack })) as [
      MicroBatch,
      MicroBatch,
    ];
    const gradients = { packed: new Map<string, Float32Array>(), padded: new Map<string, Float32Array>() };
    await model.trainStep(packed, 0.1, gradients.packed, dropoutMask);
    await model.trainStep(padded, 0.1, gradients.padded, dropoutMask);
    expectSameGradients(gradients.packed, gradients.padded);
    await model.dispose();
  });

  test("hidden states are those of texts side by side", async () => {
    const model = await build();
    const [packed, padded] = [pick(0, 8, true), pick(0, 8, false)];
    const found = meanOfTokens(await model.hiddenStates(packed), packed, family.hiddenSize);
    const wanted = meanOfTokens(await model.hiddenStates(padded), padded, family.hiddenSize);
    expect(largestDifference(found, wanted)).toBeLessThan(1e-5);
    await model.dispose();
  });
});
