import { describe, expect, test } from "vitest";
import { mergedConfig, mergedConfigText } from "../../src/peft/merge.ts";
import { counting, smallAdapter } from "../helpers/adapters.ts";

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
