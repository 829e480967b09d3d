import { onnxRuntime } from "@lorank/graph/devices";
import { describe, expect, test } from "vitest";
import { noAdapter, resolveTargets } from "../../src/adapter/shape.ts";
import { initialAdapter, randomBase } from "../../src/base/initial-weights.ts";
import { familyOf } from "../../src/families/families.ts";
import { headPasses, IGNORE_INDEX, type MicroBatch, rowsWithTarget } from "../../src/transformer/batch.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { tinyConfig } from "../helpers/tiny.ts";

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

const headOf = (vocabulary: number) =>
  familyOf({ ...tinyConfig, vocab_size: vocabulary }).head({ kind: "causal-lm" });

describe("headPasses", () => {
  test("keeps the logits of a pass within 16 MiB", () => {
    // 16 MiB / (4 bytes · 49,152 classes) = 85 rows, and the power of two below is 64.
    const passes = headPasses(range(150), headOf(49_152));
    expect(passes.map(({ rows, size }) => [rows[0], rows.length, size])).toEqual([
      [0, 64, 64],
      [64, 64, 64],
      [128, 22, 32],
    ]);
  });

  test("takes a small vocabulary in one pass, and no rows in none", () => {
    expect(headPasses(range(300), headOf(40))).toEqual([{ rows: range(300), size: 512 }]);
    expect(headPasses([], headOf(40))).toEqual([]);
  });

  test("rowsWithTarget leaves out what has nothing to predict", () => {
    expect(rowsWithTarget(Int32Array.of(IGNORE_INDEX, 5, IGNORE_INDEX, 0))).toEqual([1, 3]);
  });
});

describe("a vocabulary so large that the head takes several passes", () => {
  const family = familyOf({ ...tinyConfig, vocab_size: 300_000 }); // 16 rows a pass
  const head = family.head({ kind: "causal-lm" });
  const targets = resolveTargets(head, { targetModules: "all-linear", rank: 2 });
  const parameters = new Map([...randomBase(family, head, 4), ...initialAdapter(targets, 1)]);
  const modules = new Map(targets.map(({ path }) => [path, { rank: 2, scaling: 1 }]));
  const build = async () =>
    new Transformer({
      family,
      head,
      runtime: await onnxRuntime(),
      adapter: { ...noAdapter, modules },
      parameters,
    });

  /** Three texts of 16 tokens; the first half of each has nothing to predict, and the last text is all pads to the head. */
  const seq = 16;
  const inputIds = Int32Array.from({ length: 3 * seq }, (_, i) => (i * 99_991) % 300_000);
  const next = inputIds.map((_, i) =>
    i % seq < 5 || i % seq === seq - 1 || i >= 40 ? IGNORE_INDEX : inputIds[i + 1]!,
  );
  const batch = (from: number, to: number): MicroBatch => ({
    inputIds: inputIds.slice(from * seq, to * seq),
    lengths: new Array(to - from).fill(seq),
    seq,
    targets: next.slice(from * seq, to * seq),
  });

  test("gives the losses of all rows at once, and 0 where there is no target", async () => {
    const model = await build();
    const whole = await model.evaluate(batch(0, 3));
    const { losses, hits } = await model.losses(batch(0, 3));
    expect(hits).toEqual(whole.hits);
    losses.forEach((loss, row) => {
      expect(loss).toBeCloseTo(whole.losses[row]!, 5);
      if (next[row] === IGNORE_INDEX) expect(loss).toBe(0);
      else expect(loss).toBeGreaterThan(0);
    });
    await model.dispose();
  });

  test("adds up the gradients of its texts, one by one", async () => {
    const model = await build();
    const together = new Map<string, Float32Array>();
    const outputs = await model.trainStep(batch(0, 3), 1 / 20, together);
    const alone = new Map<string, Float32Array>();
    let losses = 0;
    for (const text of [0, 1, 2]) {
      const part = await model.trainStep(batch(text, text + 1), 1 / 20, alone);
      losses += part.losses.reduce((sum, loss) => sum + loss, 0);
    }
    expect(outputs.losses.reduce((sum, loss) => sum + loss, 0)).toBeCloseTo(losses, 3);
    const largest = [...together.values()]
      .flatMap((data) => [...data])
      .reduce((m, x) => Math.max(m, Math.abs(x)), 0);
    expect(largest).toBeGreaterThan(1e-4);
    for (const [name, data] of together)
      data.forEach((x, i) => {
        expect(Math.abs(x - alone.get(name)![i]!), `${name}[${i}]`).toBeLessThan(1e-5 * largest);
      });
    await model.dispose();
  });

  test("a batch without any target has no loss and no gradient", async () => {
    const model = await build();
    const gradients = new Map<string, Float32Array>();
    const none = { ...batch(0, 1), targets: new Int32Array(seq).fill(IGNORE_INDEX) };
    const { losses } = await model.trainStep(none, 1, gradients);
    expect(losses.every((loss) => loss === 0)).toBe(true);
    for (const data of gradients.values()) expect(data.every((x) => x === 0)).toBe(true);
    await model.dispose();
  });
});
