import { describe, expect, test } from "vitest";
import type { PeftAdapter } from "../../src/index.ts";
import { type BaseTensor, planMerge } from "../../src/peft/merge.ts";
import { counting, smallAdapter } from "../helpers/adapters.ts";
import { caught } from "../helpers/caught.ts";

const base = (tensors: Record<string, [dtype: string, ...shape: number[]]>): Map<string, BaseTensor> =>
  new Map(Object.entries(tensors).map(([name, [dtype, ...shape]]) => [name, { dtype, shape }]));

const adapterOn = (path: string, changes: Partial<PeftAdapter> = {}): PeftAdapter =>
  smallAdapter({
    layers: new Map([[path, { loraA: counting(2, 4), loraB: counting(6, 2), alpha: 8 }]]),
    heads: new Map(),
    ...changes,
  });

const heads = new Map([["classifier.weight", counting(2, 4)]]);

describe("planMerge", () => {
  test("finds a weight under the same path, with the layer's own scaling", () => {
    const plan = planMerge(base({ "model.q.weight": ["BF16", 6, 4] }), adapterOn("model.q"));
    expect([...plan.layers]).toMatchObject([["model.q.weight", { scaling: 8 / 2, transposed: false }]]);
    expect(plan.prefix).toBe("");
  });

  test.each([
    ["bert.layer.0.q", "layer.0.q.weight"],
    ["layer.0.q", "bert.layer.0.q.weight"],
  ])("finds %s in a base that calls it %s", (path, name) => {
    expect([...planMerge(base({ [name]: ["F32", 6, 4] }), adapterOn(path)).layers.keys()]).toEqual([name]);
  });

  test("refuses a base in 4 bits, and says what to merge into", () => {
    const quantised = base({
      "model.q.weight": ["U8", 12, 1],
      "model.q.weight.quant_state.bitsandbytes__nf4": ["U8", 90],
    });
    const { code, message } = caught(() => planMerge(quantised, adapterOn("model.q")));
    expect(code).toBe("E_MERGE");
    expect(message).toBe(
      'the base must be in 16 or 32 bits, got "model.q.weight" in 4 bits\n' +
        "Merge into the model that it was quantised from, or, with --into dequantized, into what its 4 bits say.",
    );
  });

  test("does not guess between two of the base's", () => {
    const twins = base({
      "encoder.layer.0.q.weight": ["F32", 6, 4],
      "decoder.layer.0.q.weight": ["F32", 6, 4],
    });
    expect(caught(() => planMerge(twins, adapterOn("layer.0.q"))).message).toContain("must be in the base");
  });

  test("names a bare encoder's prefix when a head comes to stand beside it, and only then", () => {
    const bare = base({ "layer.0.q.weight": ["F32", 6, 4] });
    expect(planMerge(bare, adapterOn("bert.layer.0.q", { heads })).prefix).toBe("bert");
    expect(planMerge(bare, adapterOn("bert.layer.0.q")).prefix).toBe("");
  });

  test("takes a weight as transposed under fanInFanOut, but a linear one there as it is", () => {
    const conv = base({ "h.0.attn.weight": ["F32", 4, 6] });
    const linear = base({ "h.0.attn.weight": ["F32", 6, 4] });
    const transposed = (tensors: Map<string, BaseTensor>) =>
      planMerge(tensors, adapterOn("h.0.attn", { fanInFanOut: true })).layers.get("h.0.attn.weight")
        ?.transposed;
    expect([transposed(conv), transposed(linear)]).toEqual([true, false]);
    expect(caught(() => planMerge(conv, adapterOn("h.0.attn"))).message).toContain(
      "of shape [6,4], got [4,6]",
    );
  });

  test("a head may have another number of classes than the base's, not another width", () => {
    const own = (...shape: number[]) =>
      base({ "q.weight": ["F32", 6, 4], "classifier.weight": ["F32", ...shape] });
    expect([...planMerge(own(9, 4), adapterOn("q", { heads })).heads.keys()]).toEqual(["classifier.weight"]);
    expect(caught(() => planMerge(own(2, 5), adapterOn("q", { heads }))).message).toContain(
      'head "classifier.weight" must have shape [2,5] as in the base, got [2,4]',
    );
    const causal = adapterOn("q", { heads, taskType: "CAUSAL_LM" });
    expect(caught(() => planMerge(own(9, 4), causal)).code).toBe("E_MERGE");
  });

  test("reads quantised weights only where they can be read", () => {
    const quantised = base({ "q.weight": ["Q4_K", 6, 4] });
    expect(planMerge(quantised, adapterOn("q"), true).layers.size).toBe(1);
    expect(caught(() => planMerge(quantised, adapterOn("q"))).message).toBe(
      "the adapter must fit the base, got 1 mismatch:\n" +
        'layer "q" must be on a weight of F32, F16 or BF16, got Q4_K in the base',
    );
  });

  test("lists every layer that does not fit an other model", () => {
    const other = base({
      "model.layers.0.self_attn.q_proj.weight": ["F32", 8, 4],
      "model.layers.0.self_attn.v_proj.weight": ["F32", 3, 4],
    });
    expect(caught(() => planMerge(other, smallAdapter())).message.split("\n")).toEqual([
      "the adapter must fit the base, got 3 mismatches:",
      'layer "model.layers.0.self_attn.q_proj" must be on a weight of shape [6,4], got [8,4] in the base',
      'layer "model.layers.1.self_attn.q_proj" must be in the base, which has no such weight',
      'layer "model.layers.1.self_attn.v_proj" must be in the base, which has no such weight',
    ]);
  });
});
