import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { countLoraParams } from "../../src/model/lora.ts";
import { modelShapeFromConfig } from "../../src/model/model-shape.ts";
import { headTensors } from "../../src/model/parts.ts";
import type { ModelHead } from "../../src/model/shape.ts";
import { selectTargets } from "../../src/model/targets.ts";
import { bertBase, gpt2With124M, llama32With3B, qwen25With05B } from "../models.ts";

interface ShapeCase {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly head: ModelHead;
  readonly totalParams: number;
  readonly adapters: readonly {
    readonly targets: readonly string[] | "all-linear";
    readonly rank: number;
    readonly loraParams: number;
    readonly trainableParams: number;
  }[];
}
/** Written by scripts/reference/shapes_fixture.py: transformers builds the modules, PEFT adapts them. */
const fixture = new URL("../fixtures/model-shapes.json", import.meta.url);
const cases = (JSON.parse(readFileSync(fixture, "utf8")) as { readonly cases: readonly ShapeCase[] }).cases;

describe("modelShapeFromConfig", () => {
  test.each(cases)("counts the parameters of $name as transformers does", ({ config, head, totalParams }) => {
    expect(modelShapeFromConfig(config, { head }).totalParams).toBe(totalParams);
  });

  test.each(cases)("counts the adapters of $name as PEFT does", ({ config, head, adapters }) => {
    const shape = modelShapeFromConfig(config, { head });
    const headParams = head.kind === "classification" ? shape.params.head : 0;
    for (const { targets, rank, loraParams, trainableParams } of adapters) {
      expect(countLoraParams(selectTargets(shape, targets), rank), String(targets)).toBe(loraParams);
      expect(loraParams + headParams).toBe(trainableParams);
    }
  });

  test("counts tied embeddings once", () => {
    // Llama 3.2 3B: the figure that PEFT's benchmark prints
    const tied = modelShapeFromConfig(llama32With3B);
    expect(tied.totalParams).toBe(3_212_749_824);
    const untied = modelShapeFromConfig({ ...llama32With3B, tie_word_embeddings: false });
    expect(untied.totalParams - tied.totalParams).toBe(128_256 * 3072);
  });

  test("takes head_dim over hidden / heads where a file has both", () => {
    const wide = modelShapeFromConfig({ ...llama32With3B, head_dim: 64 });
    expect(wide.headDim).toBe(64);
    expect(wide.linears.find(({ name }) => name === "k_proj")).toMatchObject({ inDim: 3072, outDim: 8 * 64 });
  });

  test("gives Qwen2's q, k and v a bias, and nothing else", () => {
    const { linears } = modelShapeFromConfig(qwen25With05B);
    expect(linears.filter(({ bias }) => bias).map(({ name }) => name)).toEqual([
      "q_proj",
      "k_proj",
      "v_proj",
    ]);
  });

  test("fuses q, k and v of a GPT-2, and tells its two c_proj apart", () => {
    const shape = modelShapeFromConfig(gpt2With124M);
    const { linears, tied } = shape;
    expect(linears.map(({ name, inDim, outDim, bias }) => ({ name, inDim, outDim, bias }))).toEqual([
      { name: "c_attn", inDim: 768, outDim: 2304, bias: true },
      { name: "attn.c_proj", inDim: 768, outDim: 768, bias: true },
      { name: "c_fc", inDim: 768, outDim: 3072, bias: true },
      { name: "mlp.c_proj", inDim: 3072, outDim: 768, bias: true },
    ]);
    expect({ tied, headTensors: headTensors(shape) }).toEqual({ tied: true, headTensors: [] });
  });

  test("rejects a GPT-2 with cross-attention, which has more layers than it counts", () => {
    expect(() => modelShapeFromConfig({ ...gpt2With124M, add_cross_attention: true })).toThrow(
      "model config: add_cross_attention must be false, got true",
    );
  });

  test("uses the head that belongs to a family when none is named", () => {
    expect(modelShapeFromConfig(llama32With3B).head).toEqual({ kind: "causal-lm" });
    expect(modelShapeFromConfig(gpt2With124M).head).toEqual({ kind: "causal-lm" });
    expect(modelShapeFromConfig(bertBase).head).toEqual({ kind: "none" });
  });

  test("names every missing or wrong field at once", () => {
    const { num_hidden_layers: _, vocab_size: __, ...rest } = llama32With3B;
    const config = { ...rest, hidden_size: "3072", tie_word_embeddings: "no" };
    expect(() => modelShapeFromConfig(config)).toThrow(
      expect.objectContaining({
        code: "E_CONFIG",
        message:
          'model config: hidden_size must be a positive integer, got "3072"; ' +
          "num_hidden_layers must be a positive integer, got no such field; " +
          "vocab_size must be a positive integer, got no such field; " +
          'tie_word_embeddings must be true or false, got "no"',
      }),
    );
  });

  test.each([
    [llama32With3B, { num_hidden_layers: 1e8 }, "num_hidden_layers must be at most 4000, got 100000000"],
    [llama32With3B, { head_dim: 4e8 }, "head_dim must be at most 65536, got 400000000"],
    [
      bertBase,
      { num_hidden_layers: 1e6, hidden_size: 12e8, intermediate_size: 1e12 },
      "hidden_size must be at most 1048576, got 1200000000; intermediate_size must be at most 1048576, " +
        "got 1000000000000; num_hidden_layers must be at most 4000, got 1000000",
    ],
    [
      findCatalogueModel("mixtral-8x7b")!.config,
      { num_local_experts: 1e9 },
      "num_local_experts must be at most 6250, got 1000000000", // 200,000 in 32 layers
    ],
  ])("makes nothing in a number that no model has", (config, changes, problem) => {
    const options = expect.objectContaining({ code: "E_CONFIG", message: `model config: ${problem}` });
    expect(() => modelShapeFromConfig({ ...config, ...changes })).toThrow(options);
  });

  test("refuses experts in a family without them, and in the text part of one", () => {
    const dense = findCatalogueModel("qwen3-8b")!.config;
    expect(() => modelShapeFromConfig({ ...dense, num_experts: 512 })).toThrow(
      "num_experts must be at most 1 in a config that is read as qwen3, which has no experts, got 512",
    );
    const { text_config: text, ...rest } = findCatalogueModel("gemma-3-4b")!.config;
    const mixture = { ...rest, text_config: { ...(text as object), num_local_experts: 16 } };
    expect(() => modelShapeFromConfig(mixture)).toThrow(
      "text_config.num_local_experts must be at most 1 in a config that is read as gemma3_text, which has no experts, got 16",
    );
  });

  test("reads the kinds of layers of a Qwen3.5, and names those that it does not know", () => {
    const { text_config: text, ...rest } = findCatalogueModel("qwen3.5-4b")!.config as {
      readonly text_config: Readonly<Record<string, unknown>>;
    };
    const read = (more: object) => modelShapeFromConfig({ ...rest, text_config: { ...text, ...more } });
    const linears = (shape: ReturnType<typeof read>, name: string) =>
      shape.linears.find((linear) => linear.name === name)?.count ?? 0;
    expect(linears(read({}), "q_proj")).toBe(8);
    expect(linears(read({ full_attention_interval: 2 }), "q_proj")).toBe(16);
    const layer_types = new Array(32).fill("full_attention");
    expect(linears(read({ layer_types }), "in_proj_qkv")).toBe(0);
    expect(() => read({ layer_types: layer_types.with(3, "mamba") })).toThrow(
      "text_config.layer_types must be a list of 32 of linear_attention, full_attention",
    );
    expect(() => read({ linear_num_value_heads: 33 })).toThrow(
      "text_config.linear_num_value_heads must be a multiple of linear_num_key_heads 16, got 33",
    );
  });

  test("reads a list of widths of a Gemma 3n, if they are equal", () => {
    const { text_config: text } = findCatalogueModel("gemma-3n-e4b")!.config as {
      readonly text_config: Readonly<Record<string, unknown>>;
    };
    const read = (intermediate_size: readonly number[], more = {}) =>
      modelShapeFromConfig({ ...text, intermediate_size, ...more }).intermediateSize;
    expect(read([64, 64])).toBe(64);
    expect(() => read([64, 65])).toThrow("intermediate_size must be the same for all layers, got [64,65]");
    expect(() => read([64], { num_kv_shared_layers: 35 })).toThrow(
      "num_kv_shared_layers must be below 35, got 35",
    );
  });

  test("shows no value that is nested too deep", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(200_000)}${"]".repeat(200_000)}`);
    const got = "got a value that cannot be shown";
    expect(() => modelShapeFromConfig({ ...llama32With3B, hidden_size: deep })).toThrow(got);
    expect(() => modelShapeFromConfig({ model_type: deep })).toThrow(got);
  });

  test("does not guess the key-value heads of a Mistral, whose default is not the number of heads", () => {
    const config = {
      model_type: "mistral",
      hidden_size: 4096,
      intermediate_size: 14_336,
      num_hidden_layers: 32,
      num_attention_heads: 32,
      vocab_size: 32_000,
      tie_word_embeddings: false,
    };
    expect(() => modelShapeFromConfig(config)).toThrow(
      "model config: num_key_value_heads must be a positive integer, got no such field",
    );
  });

  test("rejects head counts that do not divide", () => {
    expect(() => modelShapeFromConfig({ ...llama32With3B, num_key_value_heads: 7 })).toThrow(
      "model config: num_attention_heads must be a multiple of num_key_value_heads 7, got 24",
    );
    expect(() => modelShapeFromConfig({ ...bertBase, num_attention_heads: 11 })).toThrow(
      "model config: hidden_size must be a multiple of num_attention_heads 11, got 768",
    );
  });

  test("lists the supported types for one that it does not know", () => {
    const supported =
      "llama, mistral, ministral, ministral3, qwen2, qwen3, qwen3_5_text, gemma, gemma2, gemma3_text, phi3, smollm3, olmo2, olmo3, " +
      "granite, glm, glm4, exaone4, internlm3, ernie4_5, seed_oss, cohere, qwen, mixtral, qwen2_moe, qwen3_moe, qwen3_next, " +
      "qwen3_5_moe_text, gpt_oss, deepseek_v2, deepseek_v3, kimi_k2, minicpm3, glm4_moe, llama4_text, gemma3n_text, gpt2, phi, stablelm, nemotron, starcoder2, " +
      "gpt_neox, falcon, bloom, bert, roberta, xlm-roberta, distilbert, gemma3, gemma3n, llama4, qwen3_5, " +
      "qwen3_5_moe, qwen2_5_vl, qwen3_vl, qwen3_vl_moe, kimi_k25, mistral3";
    expect(() => modelShapeFromConfig({ model_type: "t5" })).toThrow(
      `model config: model_type must be one of ${supported}, got "t5"`,
    );
    expect(() => modelShapeFromConfig({})).toThrow(
      `model config: model_type must be one of ${supported}, got no such field`,
    );
    for (const [config, got] of [
      [[], "a list"],
      [null, "null"],
      ["llama", "a string"],
    ] as const)
      expect(() => modelShapeFromConfig(config)).toThrow(
        `model config must be the object of a config.json, got ${got}`,
      );
  });

  test("rejects a language-model head on an encoder, and no labels", () => {
    expect(() => modelShapeFromConfig(bertBase, { head: { kind: "causal-lm" } })).toThrow(
      expect.objectContaining({
        code: "E_TASK",
        message:
          "task must be classification for a model of type bert, in which every token sees those after it, got causal-lm",
      }),
    );
    const head = { kind: "classification", labels: 0 } as const;
    expect(() => modelShapeFromConfig(bertBase, { head })).toThrow(
      "labels must be a positive integer, got 0",
    );
  });
});
