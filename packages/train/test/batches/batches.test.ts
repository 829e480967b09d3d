import { describe, expect, test } from "vitest";
import {
  countPaddedTokens,
  epochOrder,
  evaluationBatches,
  microBatches,
  padBatch,
  trainingSteps,
} from "../../src/batches/batches.ts";
import { randomStream } from "../../src/random/random.ts";

const sorted = (indices: Iterable<number>) => [...indices].sort((a, b) => a - b);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

/** Lengths of 400 texts, many short and some long. */
const stream = randomStream(5, "lengths");
const lengths = upTo(400).map(() => 1 + Math.floor(Math.min(510, 20 * Math.exp(1.2 * stream.normal()))));

describe("epochOrder", () => {
  test("sees every example exactly once an epoch, in another order each time", () => {
    const order = epochOrder(100, 3, 7);
    for (const epoch of order) expect(sorted(epoch)).toEqual(upTo(100));
    expect(order[0]).not.toEqual(order[1]);
    expect(order[1]).not.toEqual(order[2]);
  });
  test("a longer run begins as a shorter one, another seed differs", () => {
    expect(epochOrder(100, 3, 7).slice(0, 2)).toEqual(epochOrder(100, 2, 7));
    expect(epochOrder(100, 1, 8)).not.toEqual(epochOrder(100, 1, 7));
  });
  test("a part of an epoch is its beginning, and never nothing", () => {
    const [first, second] = epochOrder(100, 2, 7);
    expect(epochOrder(100, 1.25, 7)).toEqual([first, second!.slice(0, 25)]);
    expect(epochOrder(100, 0.1, 7)).toEqual([first!.slice(0, 10)]);
    expect(epochOrder(100, 0.001, 7)).toEqual([first!.slice(0, 1)]);
  });
  test("is frozen, as written independently in Python: a change here changes every result", () => {
    expect([...epochOrder(8, 1, 7)[0]!]).toEqual([2, 4, 6, 1, 0, 3, 7, 5]);
  });
});

describe("trainingSteps", () => {
  test("no step crosses an epoch, the last one of each is short: 10 examples by 4 is 4, 4, 2", () => {
    const order = epochOrder(10, 2, 1);
    const steps = trainingSteps(order, 4);
    expect(steps.map((step) => step.length)).toEqual([4, 4, 2, 4, 4, 2]);
    expect(steps.slice(0, 3).flatMap((step) => [...step])).toEqual([...order[0]!]);
  });
  test.each([0, -4, 2.5, Number.NaN])("rejects a batch size of %d", (size) => {
    expect(() => trainingSteps([], size)).toThrow(
      expect.objectContaining({
        code: "E_BATCH",
        message: `batchSize must be a positive integer, got ${size}`,
      }),
    );
  });
});

describe("microBatches", () => {
  test("holds the step's examples, longest first, ties by index", () => {
    const batches = microBatches(Uint32Array.of(3, 1, 0, 4, 2), [5, 9, 5, 7, 5], 2);
    expect(batches.map((batch) => [...batch])).toEqual([[1, 3], [0, 2], [4]]);
  });
  test("does not depend on the order within the step", () => {
    const step = randomStream(1).shuffle(32);
    expect(microBatches(step, lengths, 8)).toEqual(microBatches(step.slice().reverse(), lengths, 8));
  });
  test("leaves the step as it was", () => {
    const step = Uint32Array.of(2, 0, 1);
    microBatches(step, [1, 2, 3], 2);
    expect([...step]).toEqual([2, 0, 1]);
  });
  test("pads less than micro-batches in the order of the data", () => {
    const step = Uint32Array.from(upTo(64));
    const inOrder = upTo(8).map((i) => step.slice(8 * i, 8 * i + 8));
    const ours = countPaddedTokens(microBatches(step, lengths, 8), lengths);
    expect(ours).toBeLessThan(0.75 * countPaddedTokens(inOrder, lengths));
  });
});

describe("evaluationBatches", () => {
  test("every example exactly once, longest first", () => {
    const order = evaluationBatches(lengths, 1024).flatMap((batch) => [...batch]);
    expect(sorted(order)).toEqual(upTo(400));
    for (let i = 1; i < order.length; i++) {
      expect(lengths[order[i]!]).toBeLessThanOrEqual(lengths[order[i - 1]!]!);
    }
  });
  test("a budget of tokens counts the padding", () => {
    // 30 pads to 32: two rows in 64 tokens; then 9 pads to 16: four rows
    const batches = evaluationBatches([9, 30, 9, 30, 9, 9, 9], 64);
    expect(batches.map((batch) => [...batch])).toEqual([[1, 3], [0, 2, 4, 5], [6]]);
  });
  test("no batch exceeds the budget, except one example that is longer than it", () => {
    for (const batch of evaluationBatches(lengths, 256)) {
      expect(batch.length === 1 || countPaddedTokens([batch], lengths) <= 256).toBe(true);
    }
    expect(evaluationBatches([300, 2], 64)).toEqual([Uint32Array.of(0), Uint32Array.of(1)]);
  });
  test("nothing to evaluate is no batch", () => {
    expect(evaluationBatches([], 64)).toEqual([]);
  });
});

describe("countPaddedTokens", () => {
  test("by hand: 2 rows of 16 and 1 row of 32", () => {
    expect(countPaddedTokens([Uint32Array.of(0, 1), Uint32Array.of(2)], [3, 16, 17])).toBe(2 * 16 + 32);
  });
  test("is the size of the padded batches", () => {
    const batches = evaluationBatches(lengths, 512);
    const padded = batches.map((batch) =>
      padBatch(
        [...batch].map((i) => ({ id: "", inputIds: new Array<number>(lengths[i]!).fill(1), label: 0 })),
      ),
    );
    const tokens = padded.reduce((sum, { inputIds }) => sum + inputIds.length, 0);
    expect(countPaddedTokens(batches, lengths)).toBe(tokens);
  });
});

describe("padBatch", () => {
  test("pads right to a multiple and keeps classes and lengths in order", () => {
    const examples = [
      { id: "a", inputIds: [7, 8, 9], label: 1 },
      { id: "b", inputIds: [4, 5, 6, 7, 8], label: 0 },
    ];
    expect(padBatch(examples, { padTo: 4 })).toEqual({
      inputIds: Int32Array.of(7, 8, 9, 0, 0, 0, 0, 0, 4, 5, 6, 7, 8, 0, 0, 0),
      lengths: [3, 5],
      seq: 8,
      targets: Int32Array.of(1, 0),
    });
    expect(padBatch(examples).seq).toBe(16);
    expect(padBatch(examples, { padTo: 4, padId: 2 }).inputIds.slice(3, 8)).toEqual(
      Int32Array.of(2, 2, 2, 2, 2),
    );
  });
  test("ignores the targets of pads", () => {
    const examples = [
      { id: "a", inputIds: [1, 2, 3], labels: [-100, 3, 4] },
      { id: "b", inputIds: [5], labels: [6] },
    ];
    const { targets, seq } = padBatch(examples, { padTo: 2 });
    expect(seq).toBe(4);
    expect(targets).toEqual(Int32Array.of(-100, 3, 4, -100, 6, -100, -100, -100));
  });
  test("adds no pad where the longest already fills a multiple", () => {
    expect(padBatch([{ id: "a", inputIds: upTo(32), label: 0 }]).seq).toBe(32);
  });
});
