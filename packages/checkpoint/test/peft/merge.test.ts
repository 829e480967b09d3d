import { describe, expect, test } from "vitest";
import type { LoraLayer, PeftAdapter } from "../../src/index.ts";
import {
  type BaseTensor,
  mergedConfig,
  mergedConfigText,
  mergeInPlace,
  planMerge,
} from "../../src/peft/merge.ts";
import { counting, smallAdapter } from "../helpers/adapters.ts";
import { caught } from "../helpers/caught.ts";

describe("the plan of a merge", () => {
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
      expect([...planMerge(own(9, 4), adapterOn("q", { heads })).heads.keys()]).toEqual([
        "classifier.weight",
      ]);
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
});

describe("a merged tensor", () => {
  const layer: LoraLayer = {
    loraA: { shape: [1, 3], data: Float32Array.of(1, 2, 3) },
    loraB: { shape: [2, 1], data: Float32Array.of(10, -1) },
    alpha: 1,
  };

  describe("mergeInPlace", () => {
    test("adds scaling · B · A, by hand", () => {
      const weight = Float32Array.of(1, 1, 1, 0, 0, 0); // [2, 3]
      mergeInPlace(weight, layer, 0.5, false);
      expect([...weight]).toEqual([6, 11, 16, -0.5, -1, -1.5]);
    });

    test("adds the transpose where the weight is stored [in, out]", () => {
      const weight = Float32Array.of(1, 0, 1, 0, 1, 0); // [3, 2]
      mergeInPlace(weight, layer, 0.5, true);
      expect([...weight]).toEqual([6, -0.5, 11, -1, 16, -1.5]);
    });

    test("gives each output DoRA's magnitude, whatever its length was", () => {
      const magnitude = Float32Array.of(2, 5);
      for (const transposed of [false, true]) {
        const weight = transposed ? Float32Array.of(1, 0, 1, 0, 1, 0) : Float32Array.of(1, 1, 1, 0, 0, 0);
        mergeInPlace(weight, { ...layer, magnitude }, 0.5, transposed);
        const outputs = [0, 1].map((o) =>
          [...weight].filter((_, i) => (transposed ? i % 2 : Math.floor(i / 3)) === o),
        );
        expect(Math.hypot(...outputs[0]!)).toBeCloseTo(2, 6);
        expect(Math.hypot(...outputs[1]!)).toBeCloseTo(5, 6);
        expect(outputs[0]![1]! / outputs[0]![0]!).toBeCloseTo(11 / 6, 6);
        expect(outputs[1]![2]! / outputs[1]![0]!).toBeCloseTo(3, 6);
      }
    });

    test("a row of zeros stays one under DoRA, where a division would make NaN", () => {
      const weight = new Float32Array(6);
      const zero = { ...layer, loraB: { shape: [2, 1] as const, data: Float32Array.of(0, 1) } };
      mergeInPlace(weight, { ...zero, magnitude: Float32Array.of(2, 5) }, 1, false);
      expect([...weight.subarray(0, 3)]).toEqual([0, 0, 0]);
      expect(Math.hypot(...weight.subarray(3))).toBeCloseTo(5, 6);
    });

    test("rounds once: a sum of updates that cancel leaves the weight's own bits", () => {
      const cancelling: LoraLayer = {
        loraA: { shape: [2, 1], data: Float32Array.of(1e8, 1e8) },
        loraB: { shape: [1, 2], data: Float32Array.of(1, -1) },
        alpha: 2,
      };
      const weight = Float32Array.of(0.1);
      mergeInPlace(weight, cancelling, 1, false);
      expect(weight[0]).toBe(Math.fround(0.1));
    });
  });
});

describe("the config of a merged model", () => {
  const headOf = (name: string, labels: number) =>
    smallAdapter({ heads: new Map([[name, counting(labels, 4)]]) });

  describe("mergedConfig", () => {
    test.each([
      ["LlamaForCausalLM", "LlamaForSequenceClassification"],
      ["GPT2LMHeadModel", "GPT2ForSequenceClassification"],
      ["BertModel", "BertForSequenceClassification"],
      ["RobertaForMaskedLM", "RobertaForSequenceClassification"],
      ["BertForSequenceClassification", "BertForSequenceClassification"],
    ])("a trained classifier makes %s %s, with its number of labels", (before, after) => {
      const config = { architectures: [before], num_labels: 2, hidden_size: 8 };
      expect(mergedConfig(config, headOf("classifier.weight", 3), undefined)).toEqual({
        architectures: [after],
        hidden_size: 8,
        num_labels: 3,
        id2label: { 0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2" },
        label2id: { LABEL_0: 0, LABEL_1: 1, LABEL_2: 2 },
      });
    });

    test("counts the labels at the output of a head of two layers, not at its hidden one", () => {
      const heads = new Map([
        ["classifier.dense.weight", counting(4, 4)],
        ["classifier.out_proj.weight", counting(3, 4)],
      ]);
      const { id2label } = mergedConfig({}, smallAdapter({ heads }), undefined);
      expect(Object.keys(id2label as object)).toHaveLength(3);
    });

    test("has the names of the adapter's classes in the place of the base's", () => {
      const adapter = { ...headOf("score.weight", 2), classNames: ["neg", "pos"] };
      const config = { id2label: { 0: "ham", 1: "spam" }, label2id: { ham: 0, spam: 1 } };
      expect(mergedConfig(config, adapter, undefined)).toEqual({
        num_labels: 2,
        id2label: { 0: "neg", 1: "pos" },
        label2id: { neg: 0, pos: 1 },
      });
    });

    test("keeps the base's names where the adapter has none and their number is the same", () => {
      const id2label = { 0: "ham", 1: "spam" };
      expect(mergedConfig({ id2label }, headOf("score.weight", 2), undefined)).toEqual({
        num_labels: 2,
        id2label,
        label2id: { ham: 0, spam: 1 },
      });
    });

    test("unties an output layer that was trained", () => {
      const adapter = { ...headOf("lm_head.weight", 16), taskType: "CAUSAL_LM" as const };
      expect(mergedConfig({ tie_word_embeddings: true }, adapter, undefined)).toEqual({
        tie_word_embeddings: false,
      });
    });

    test("says the chosen type under the key that the config has", () => {
      const adapter = smallAdapter({ heads: new Map() });
      expect(mergedConfig({ torch_dtype: "float32" }, adapter, "BF16")).toEqual({ torch_dtype: "bfloat16" });
      expect(mergedConfig({ dtype: "bfloat16" }, adapter, "F16")).toEqual({ dtype: "float16" });
      expect(mergedConfig({ dtype: "bfloat16" }, adapter, undefined)).toEqual({ dtype: "bfloat16" });
    });
  });

  describe("mergedConfigText", () => {
    test("leaves what does not change to the letter: 30.0 stays a float", () => {
      const text =
        '{"final_logit_softcapping": 30.0, "rms_norm_eps": 1e-06, "id2label": {"0": "a"}, "n": [1.0, 2]}';
      expect(mergedConfigText(text, headOf("score.weight", 2), "BF16")).toBe(
        [
          "{",
          '  "final_logit_softcapping": 30.0,',
          '  "rms_norm_eps": 1e-06,',
          '  "id2label": {',
          '    "0": "LABEL_0",',
          '    "1": "LABEL_1"',
          "  },",
          '  "n": [1.0, 2],',
          '  "num_labels": 2,',
          '  "label2id": {',
          '    "LABEL_0": 0,',
          '    "LABEL_1": 1',
          "  },",
          '  "torch_dtype": "bfloat16"',
          "}",
          "",
        ].join("\n"),
      );
    });
  });
});
