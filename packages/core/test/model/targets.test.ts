import { describe, expect, test } from "vitest";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";
import { selectTargets } from "../../src/model/targets.ts";
import { bertBase, llama32With1B } from "../models.ts";

const llama = modelShapeFromConfig(llama32With1B);
const bert = modelShapeFromConfig(bertBase);
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
