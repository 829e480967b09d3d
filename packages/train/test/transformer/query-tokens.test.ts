import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readPeftAdapter } from "@lorank/checkpoint/files";
import { floats } from "@lorank/graph";
import { onnxRuntime } from "@lorank/graph/devices";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { noAdapter, resolveTargets } from "../../src/adapter/shape.ts";
import { initialAdapter, randomBase } from "../../src/base/initial-weights.ts";
import { familyOf } from "../../src/families/families.ts";
import { randomStream } from "../../src/random/random.ts";
import { IGNORE_INDEX, type MicroBatch, queryTokensOf } from "../../src/transformer/batch.ts";
import type { DropoutMask } from "../../src/transformer/dropout-masks.ts";
import { dropoutMasks } from "../../src/transformer/dropout-masks.ts";
import { Transformer } from "../../src/transformer/transformer.ts";
import { largest, largestDifference, loadCase } from "../helpers/parity.ts";
import { tinyConfig } from "../helpers/tiny.ts";

const seq = 48;
const lengths = [48, 41, 9];

/** Three texts; a target wherever `has` says so of a text's own token. */
function batchOf(
  has: (text: number, token: number) => boolean,
  side: "left" | "right" = "right",
): MicroBatch {
  const starts = lengths.map((length) => (side === "left" ? seq - length : 0));
  const inputIds = Int32Array.from({ length: lengths.length * seq }, (_, i) => (i * 31) % 37);
  const targets = new Int32Array(inputIds.length).fill(IGNORE_INDEX);
  for (const [text, length] of lengths.entries()) {
    for (let token = 0; token < length; token++) {
      if (has(text, token)) targets[text * seq + starts[text]! + token] = (text + 7 * token) % 37;
    }
  }
  return { inputIds, lengths, starts, seq, targets };
}

/** Ten tokens at most in one text, and none in another. */
const few = (text: number, token: number): boolean =>
  (text === 0 && token >= 20 && token < 30) || (text === 1 && token === 40);
/** Others, 26 at most in one text. Both together are so many that all tokens are computed. */
const others = (text: number, token: number): boolean =>
  (text === 0 && (token < 18 || token >= 40)) || (text === 2 && token > 5);

describe("query tokens", () => {
  const language = { attends: "causal", reads: "all", needs: "targets" } as const;

  test("are those with a target, filled up with others to the same number in each text", () => {
    const batch = batchOf(few);
    const { count, rows, places } = queryTokensOf(batch, language);
    expect(count).toBe(16);
    expect(rows).toHaveLength(3 * 16);
    expect(new Set(rows).size).toBe(rows.length);
    rows.forEach((row, place) => {
      expect(Math.floor(row / seq)).toBe(Math.floor(place / 16));
      expect(places[row]).toBe(place);
    });
    expect(places.filter((place) => place >= 0)).toHaveLength(rows.length);
    batch.targets.forEach((target, row) => {
      if (target !== IGNORE_INDEX) expect(places[row]).toBeGreaterThanOrEqual(0);
    });
  });

  test("are rounded up, and are all of them where nothing is saved", () => {
    expect(queryTokensOf(batchOf(others), language).count).toBe(32);
    expect(
      queryTokensOf(
        batchOf((text) => text === 2),
        language,
      ).count,
    ).toBe(16);
    expect(
      queryTokensOf(
        batchOf((_, token) => token < 32),
        language,
      ).count,
    ).toBe(32);
    const whole = queryTokensOf(
      batchOf((_, token) => token < 33),
      language,
    );
    expect([whole.count, whole.rows]).toEqual(["all", []]);
    expect([...whole.places]).toEqual([...whole.places.keys()]);
  });

  test("are one a text where none has a target, and where a classifier reads one", () => {
    expect(
      queryTokensOf(
        batchOf(() => false),
        language,
      ).count,
    ).toBe(1);
    const batch = batchOf(() => false);
    const last = queryTokensOf(batch, { attends: "causal", reads: "one", needs: "targets" });
    expect(last).toEqual({ count: 1, rows: [47, 88, 104], places: Int32Array.of(0, 1, 2) });
    const first = queryTokensOf(batch, { attends: "bidirectional", reads: "one", needs: "every" });
    expect(first.rows).toEqual([0, 48, 96]);
  });

  test("are all tokens of a language model whose logits are asked for", () => {
    expect(queryTokensOf(batchOf(few), { ...language, needs: "every" }).count).toBe("all");
  });
});

/** Holds two steps over parts of the targets against one over all of them, for which every token is computed. */
async function expectSameAsWhole(
  model: Transformer,
  side: "left" | "right",
  dropoutMask?: DropoutMask,
): Promise<void> {
  const whole = batchOf((text, token) => few(text, token) || others(text, token), side);
  const gradients = { whole: new Map<string, Float32Array>(), parts: new Map<string, Float32Array>() };
  const all = await model.trainStep(whole, 0.1, gradients.whole, dropoutMask);
  const every = await model.evaluate(whole);
  const losses = new Float32Array(all.losses.length);
  for (const has of [few, others]) {
    const part = batchOf(has, side);
    const run = await model.trainStep(part, 0.1, gradients.parts, dropoutMask);
    const plain = await model.losses(part);
    part.targets.forEach((target, row) => {
      losses[row]! += run.losses[row]!;
      expect(run.hits[row]).toBe(target === IGNORE_INDEX ? 0 : all.hits[row]);
      expect(plain.hits[row]).toBe(target === IGNORE_INDEX ? 0 : every.hits[row]);
      expect(plain.losses[row]).toBeCloseTo(target === IGNORE_INDEX ? 0 : every.losses[row]!, 4);
    });
  }
  expect(largestDifference(losses, all.losses)).toBeLessThan(1e-5 * largest(all.losses));
  expect(gradients.whole.size).toBeGreaterThan(0);
  expect([...gradients.parts.keys()].sort()).toEqual([...gradients.whole.keys()].sort());
  for (const [parameter, wanted] of gradients.whole) {
    const difference = largestDifference(gradients.parts.get(parameter)!, wanted);
    expect(difference / largest(wanted), parameter).toBeLessThan(1e-4);
  }
}

const fixtures = fileURLToPath(new URL("../fixtures/families", import.meta.url));
const isLanguageModel = (name: string): boolean =>
  readPeftAdapter(join(fixtures, name, "adapter")).taskType === "CAUSAL_LM";

describe("a last block computed for few tokens gives what it gives computed for all", () => {
  describe.each(readdirSync(fixtures).filter(isLanguageModel))("in %s", (name) => {
    let model: Transformer;
    beforeAll(async () => {
      ({ model } = loadCase(join(fixtures, name), await onnxRuntime()));
    });
    afterAll(() => model.dispose());

    test.each(["right", "left"] as const)("padded on the %s", (side) => expectSameAsWhole(model, side));
  });

  test("with the same dropout, which is drawn for every token", async () => {
    const family = familyOf(tinyConfig);
    const head = family.head({ kind: "causal-lm" });
    const targets = resolveTargets(head, { targetModules: "all-linear", rank: 2 });
    const adapter = initialAdapter(targets, 1);
    for (const [name, tensor] of adapter)
      if (name.endsWith("lora_B.weight")) randomStream(2, name).fillNormal(floats(tensor), 0.2);
    const modules = new Map(targets.map(({ path }) => [path, { rank: 2, scaling: 1 }]));
    const model = new Transformer({
      family,
      head,
      runtime: await onnxRuntime(),
      adapter: { ...noAdapter, dropout: 0.3, modules },
      parameters: new Map([...randomBase(family, head, 4), ...adapter]),
    });
    await expectSameAsWhole(model, "right", dropoutMasks(0.3, 1, 0, 0));
    await model.dispose();
  });
});
