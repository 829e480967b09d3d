import { describe, expect, test } from "vitest";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";
import { selectTargets, targetLayers, targetNames } from "../../src/model/targets.ts";
import { bertBase, gpt2With124M, llama32With1B } from "../models.ts";

const llama = modelShapeFromConfig(llama32With1B);
const bert = modelShapeFromConfig(bertBase);
const head = { kind: "classification", labels: 3 } as const;
const distilbert = {
  model_type: "distilbert",
  dim: 768,
  hidden_dim: 3072,
  n_layers: 6,
  n_heads: 12,
  vocab_size: 30_522,
  max_position_embeddings: 512,
};
const names = (targets: ReturnType<typeof selectTargets>) =>
  targets.map(({ name, count }) => `${name} x${count}`);

describe("selectTargets", () => {
  test("takes all linear layers but the output head", () => {
    expect(names(selectTargets(llama, "all-linear"))).toEqual([
      "q_proj x16",
      "k_proj x16",
      "v_proj x16",
      "o_proj x16",
      "gate_proj x16",
      "up_proj x16",
      "down_proj x16",
    ]);
  });

  test("takes BERT's pooler along, as PEFT does", () => {
    expect(names(selectTargets(bert, "all-linear"))).toContain("pooler.dense x1");
  });

  test("matches the last part, or a dotted suffix, and never part of a name", () => {
    expect(names(selectTargets(llama, ["v_proj", "self_attn.q_proj"]))).toEqual(["q_proj x16", "v_proj x16"]);
    expect(() => selectTargets(llama, ["proj"])).toThrow('no layer matches "proj"');
    expect(() => selectTargets(llama, ["attn.q_proj"])).toThrow('no layer matches "attn.q_proj"');
  });

  test("takes every layer that ends in the suffix", () => {
    expect(names(selectTargets(bert, ["dense"]))).toEqual([
      "attention.output.dense x12",
      "intermediate.dense x12",
      "output.dense x12",
      "pooler.dense x1",
    ]);
    expect(names(selectTargets(bert, ["output.dense"]))).toEqual([
      "attention.output.dense x12",
      "output.dense x12",
    ]);
  });

  test("takes a layer once, however many names match it", () => {
    expect(names(selectTargets(llama, ["q_proj", "self_attn.q_proj", "q_proj"]))).toEqual(["q_proj x16"]);
  });

  test("takes single layers by their index", () => {
    expect(
      names(selectTargets(llama, ["layers.0.self_attn.q_proj", "model.layers.15.self_attn.q_proj"])),
    ).toEqual(["q_proj x2"]);
    expect(() => selectTargets(llama, ["layers.16.self_attn.q_proj"])).toThrow("no layer matches");
  });

  test("takes lm_head only where it is named", () => {
    expect(names(selectTargets(llama, ["q_proj", "lm_head"]))).toEqual(["q_proj x16", "lm_head x1"]);
  });

  test("names every entry that matches nothing, and what the model has", () => {
    expect(() => selectTargets(llama, ["q_porj", "v_proj", "wo"])).toThrow(
      expect.objectContaining({
        code: "E_TARGET",
        message:
          'no layer matches "q_porj", "wo". ' +
          "This model has: q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj",
      }),
    );
  });

  test("rejects an empty list", () => {
    expect(() => selectTargets(bert, [])).toThrow(
      "targetModules must name at least one layer, got []. This model has: query, key, value, " +
        "attention.output.dense, intermediate.dense, output.dense, pooler.dense",
    );
  });
});

describe("targetLayers", () => {
  const paths = (targets: ReturnType<typeof targetLayers>) => targets.map(({ path }) => path);

  test("names layer by layer what a token passes, and what stands behind the last", () => {
    const two = modelShapeFromConfig({ ...bertBase, num_hidden_layers: 2 }, { head });
    expect(paths(targetLayers(two, ["query", "dense"]))).toEqual([
      "bert.encoder.layer.0.attention.self.query",
      "bert.encoder.layer.0.attention.output.dense",
      "bert.encoder.layer.0.intermediate.dense",
      "bert.encoder.layer.0.output.dense",
      "bert.encoder.layer.1.attention.self.query",
      "bert.encoder.layer.1.attention.output.dense",
      "bert.encoder.layer.1.intermediate.dense",
      "bert.encoder.layer.1.output.dense",
      "bert.pooler.dense",
    ]);
  });

  test("has as many of each kind as selectTargets counts, for every choice of names", () => {
    const choices = [
      "all-linear",
      ["q_proj", "v_proj"],
      ["mlp.up_proj", "layers.3.self_attn.o_proj"],
      ["model.layers.0.self_attn.k_proj", "model.layers.15.self_attn.k_proj", "down_proj"],
    ] as const;
    for (const choice of choices) {
      const single = targetLayers(llama, choice);
      for (const { name, count } of selectTargets(llama, choice))
        expect(single.filter((layer) => layer.name === name)).toHaveLength(count);
      expect(new Set(paths(single)).size).toBe(single.length);
    }
  });

  test("says which weights are stored transposed", () => {
    const gpt2 = targetLayers(modelShapeFromConfig(gpt2With124M), ["c_attn", "h.0.mlp.c_fc"]);
    expect(gpt2.every(({ transposed }) => transposed)).toBe(true);
    expect(targetLayers(llama, "all-linear").some(({ transposed }) => transposed)).toBe(false);
  });

  test("takes the head for none of its layers", () => {
    expect(() => targetLayers(llama, ["lm_head"])).toThrow(
      'no layer matches "lm_head". This model has: q_proj',
    );
  });
});

describe("targetNames", () => {
  test.each([
    ["Llama", llama32With1B, ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]],
    ["GPT-2", gpt2With124M, ["c_attn", "c_proj", "c_fc"]],
    // dense takes in the pooler, as PEFT's "all-linear" does.
    ["BERT", bertBase, ["query", "key", "value", "dense"]],
    // RoBERTa's head has a dense of its own, which is trained whole.
    [
      "RoBERTa",
      { ...bertBase, model_type: "roberta" },
      ["query", "key", "value", "output.dense", "intermediate.dense"],
    ],
    ["DistilBERT", distilbert, ["q_lin", "k_lin", "v_lin", "out_lin", "lin1", "lin2"]],
  ])("are short in %s, and take in what all-linear takes", (_, config, names) => {
    const shape = modelShapeFromConfig(config, { head });
    expect(targetNames(shape)).toEqual(names);
    expect(targetLayers(shape, names)).toEqual(targetLayers(shape, "all-linear"));
  });
});
