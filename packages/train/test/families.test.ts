import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { trainableModelTypes } from "../../core/src/model/computation/computation.ts";
import { familyOf } from "../src/families/families.ts";

type Config = Readonly<Record<string, unknown>>;

const config = (name: string): Config =>
  JSON.parse(
    readFileSync(new URL(`./fixtures/families/${name}/config.json`, import.meta.url), "utf8"),
  ) as Config;

const without = (fields: Config, name: string): Config => {
  const { [name]: _, ...rest } = fields;
  return rest;
};

describe("a config", () => {
  test("of an unknown type gets the list of those that are known", () => {
    expect(() => familyOf({ model_type: "t5" })).toThrow(
      `model_type must be one of ${trainableModelTypes.join(", ")}, got "t5"`,
    );
    expect(() => familyOf({})).toThrow("got no such field");
    expect(() => familyOf({ model_type: "constructor" })).toThrow('got "constructor"');
  });

  test.each<[string, string, Config, string | RegExp]>([
    [
      "llama3-rope",
      "a size that is missing",
      { hidden_size: undefined },
      "model config: hidden_size must be a positive integer, got no such field",
    ],
    [
      "llama3-rope",
      "two problems",
      { vocab_size: -1, hidden_act: "mish" },
      'vocab_size must be a positive integer, got -1; hidden_act must be one of silu, swish, gelu, gelu_new, gelu_pytorch_tanh, relu, got "mish"',
    ],
    [
      "llama3-rope",
      "an unknown rotary type",
      { rope_parameters: { rope_type: "yarn", rope_theta: 1e4 } },
      'rope_type must be one of default, linear, llama3, longrope, got "yarn"',
    ],
    [
      "llama3-rope",
      "a rotary type without its factor",
      { rope_parameters: { rope_type: "llama3", rope_theta: 1e4 } },
      "factor must be a number, got no such field; low_freq_factor must be a number, got no such field",
    ],
    [
      "mistral",
      "key-value heads that Mistral would guess as 8",
      { num_key_value_heads: undefined },
      "num_key_value_heads must be a positive integer, got no such field",
    ],
    [
      "qwen3",
      "a head size that Qwen 3 would guess as 128",
      { head_dim: undefined },
      /head_dim must be a positive integer, got no such field$/,
    ],
    [
      "llama3-rope",
      "more layers and wider heads than any model has",
      { num_hidden_layers: 1e8, head_dim: 4e8 },
      "num_hidden_layers must be at most 4000, got 100000000; head_dim must be at most 65536, got 400000000",
    ],
    [
      "gemma2",
      "layer types of another model",
      { layer_types: ["full_attention"] },
      'layer_types must be a list of 2 of full_attention, sliding_attention, got ["full_attention"]',
    ],
    [
      "gpt2",
      "attention that is scaled by layer",
      { scale_attn_by_inverse_layer_idx: true },
      "scale_attn_by_inverse_layer_idx must be false, got true",
    ],
    ["bert", "tokens that do not look ahead", { is_decoder: true }, "is_decoder must be false, got true"],
    [
      "gpt2",
      "unscaled attention",
      { scale_attn_weights: false },
      "scale_attn_weights must be true, got false",
    ],
    ["gpt2", "cross-attention", { add_cross_attention: true }, "add_cross_attention must be false, got true"],
    [
      "bert",
      "relative positions",
      { position_embedding_type: "relative_key" },
      'position_embedding_type must be "absolute", got "relative_key"',
    ],
    ["distilbert", "heads that do not divide", { n_heads: 5 }, "dim must be a multiple of n_heads 5, got 32"],
  ])("of %s with %s is refused by name", (name, _, changed, message) => {
    expect(() => familyOf({ ...config(name), ...changed })).toThrow(message);
  });

  test("without key-value heads means as many as heads in Llama, as it was before there were such", () => {
    const family = familyOf(without(config("llama-biases"), "num_key_value_heads"));
    const [q, k] = family.linears;
    expect(k!.outDim).toBe(q!.outDim);
  });
});

test("a text up to the original positions has the short factors, a longer one the long ones", () => {
  const { rope } = familyOf(config("phi3-longrope-short")).kindOf(0);
  const [short, long] = [1, 48].map((length) => rope!.tables(4, length));
  expect(long).not.toEqual(short);
  expect(rope!.tables(4, 12)).toEqual(short);
  expect(rope!.tables(4, 13)).toEqual(long);
});

test("a model in which tokens see those after them cannot predict the next one", () => {
  expect(() => familyOf(config("bert")).head({ kind: "causal-lm" })).toThrow(
    "task must be classification for a model of type bert, in which every token sees those after it, got causal-lm",
  );
});
