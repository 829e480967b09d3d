import { describe, expect, test } from "vitest";
import { findCatalogueModel } from "../../src/catalogue/catalogue.ts";
import { baseBytes, nf4ConstantBytes } from "../../src/memory/base-bytes.ts";
import { staticBytes } from "../../src/memory/static-bytes.ts";
import { singleLinears, sumOf, weightElements } from "../../src/model/linear-shapes.ts";
import { countLoraParams } from "../../src/model/lora.ts";
import { modelShapeFromConfig, modelTypes } from "../../src/model/model-shape.ts";
import { headTensors } from "../../src/model/parts.ts";
import { selectTargets } from "../../src/model/targets.ts";

const configOf = (name: string) => findCatalogueModel(name)!.config;
const shapeOf = (name: string) => modelShapeFromConfig(configOf(name));
const mixtral = shapeOf("mixtral-8x7b");

describe("what a block computes", () => {
  test.each([
    ["phi-2", { norm: "layernorm", norms: 1, normInputs: 1, queryDim: 2560, keyDim: 2560, fusedQkv: false }],
    ["falcon-7b", { norms: 1, normInputs: 1, queryDim: 4544, keyDim: 64, valueDim: 64, fusedQkv: true }],
    ["falcon-40b", { norms: 2, normInputs: 1, queryDim: 8192, keyDim: 512, fusedQkv: true }],
    ["pythia-1.4b", { norm: "layernorm", norms: 2, normInputs: 1, fusedQkv: true }],
    [
      "stablelm-2-1.6b",
      { norm: "layernorm", norms: 2, normInputs: 2, feedForward: { gated: true, width: 5632 } },
    ],
    ["starcoder2-3b", { norms: 2, keyDim: 256, feedForward: { gated: false, width: 12_288 } }],
    [
      "command-r",
      { norm: "layernorm", norms: 1, normInputs: 1, feedForward: { gated: true, width: 22_528 } },
    ],
    ["olmo-2-7b", { norm: "rmsnorm", norms: 2, normInputs: 2, queryKeyNorm: true }],
    ["qwen-7b", { fusedQkv: true, queryDim: 4096, feedForward: { gated: true, width: 11_008 } }],
    ["bloom-560m", { norms: 2, normInputs: 2, feedForward: { gated: false, width: 4096 } }],
    ["gemma-3-27b", { norms: 4, queryKeyNorm: true, queryDim: 4096, keyDim: 2048 }],
  ])("of %s", (name, block) => {
    expect(shapeOf(name).block).toMatchObject(block);
  });

  test("passes a token through all the experts that it visits, shared ones included", () => {
    expect(mixtral.block.feedForward).toEqual({
      gated: true,
      width: 2 * 14_336,
      experts: { count: 8, perToken: 2, floatWeights: true },
    });
    expect(shapeOf("qwen1.5-moe-a2.7b").block.feedForward.width).toBe(4 * 1408 + 5632);
    expect(shapeOf("deepseek-v2-lite").block.feedForward.width).toBe(6 * 1408 + 2 * 1408);
  });

  test("gives the widths of latent attention, with queries from hidden states or not", () => {
    expect(shapeOf("deepseek-v3").block).toMatchObject({
      queryDim: 128 * 192,
      keyDim: 128 * 192,
      valueDim: 128 * 128,
      latents: { queryDim: 1536, keyValueDim: 512 },
    });
    expect(shapeOf("deepseek-v2-lite").block.latents).toEqual({ queryDim: null, keyValueDim: 512 });
  });

  test("says which layers read the same tensor", () => {
    const reads = (name: string) =>
      Object.fromEntries(shapeOf(name).linears.map((linear) => [linear.name, linear.reads]));
    // attention and MLP side by side behind one norm
    expect(reads("phi-2")).toMatchObject({
      q_proj: "attention",
      dense: "attention output",
      fc1: "attention",
    });
    expect(reads("falcon-40b")).toMatchObject({
      query_key_value: "attention",
      dense_h_to_4h: "feed-forward",
    });
    expect(reads("deepseek-v3")).toMatchObject({ q_a_proj: "attention", q_b_proj: "own", kv_b_proj: "own" });
  });
});

describe("experts", () => {
  test("are layers one by one or all of them, before transformers 5", () => {
    const counts = (targets: string[] | "all-linear") =>
      selectTargets(mixtral, targets, { experts: "separate" }).map(({ name, count }) => `${name} x${count}`);
    expect(counts(["w1", "w2"])).toEqual(["w1 x256", "w2 x256"]);
    expect(counts(["experts.0.w1"])).toEqual(["w1 x32"]);
    expect(counts(["layers.3.block_sparse_moe.gate"])).toEqual(["gate x1"]);
    expect(counts("all-linear")).toEqual([
      ...["q_proj x32", "k_proj x32", "v_proj x32", "o_proj x32"],
      ...["gate x32", "w1 x256", "w3 x256", "w2 x256"],
    ]);
  });

  test("are parameters of all a layer's experts in transformers 5, by their old names too", () => {
    const chosen = (targets: string[] | "all-linear") =>
      selectTargets(mixtral, targets).map(
        ({ name, count, rankFactor = 1 }) => `${name} x${count} ·${rankFactor}`,
      );
    const parameters = ["experts.gate_up_proj x256 ·2", "experts.down_proj x256 ·1"];
    expect(chosen(["w1", "w2", "w3"])).toEqual(parameters);
    expect(chosen(["experts.0.w2"])).toEqual(parameters.slice(1));
    expect(chosen("all-linear").slice(4)).toEqual([...parameters, "gate x32 ·1"]);
    expect(chosen(["q_proj", "experts.gate_up_proj"])).toEqual([
      "q_proj x32 ·1",
      "experts.gate_up_proj x256 ·1",
    ]);
    expect(() => chosen(["w1"])).toThrow(
      "targetModules must have w3 beside w1, which PEFT 0.21.2 with transformers 5.24 adapts as one matrix, got w1 alone",
    );
    expect(() => selectTargets(mixtral, ["up_proj"])).toThrow(
      'no layer matches "up_proj". This model has: q_proj, k_proj, v_proj, o_proj, experts.gate_up_proj, experts.down_proj, w1, w3, w2, gate',
    );
  });

  test("have a path for each, and a last name that they share with dense layers", () => {
    const shape = shapeOf("deepseek-v2-lite");
    const paths = singleLinears(shape.experts[0]!).map(({ path }) => path);
    expect(paths).toHaveLength(26 * 64);
    expect(paths[0]).toBe("model.layers.1.mlp.experts.0.gate_proj");
    expect(paths.at(-1)).toBe("model.layers.26.mlp.experts.63.gate_proj");
    const separate = (targets: string[]) => selectTargets(shape, targets, { experts: "separate" });
    expect(separate(["gate_proj"]).map(({ count }) => count)).toEqual([1, 26, 26 * 64]);
    expect(separate(["mlp.gate_proj"]).map(({ name }) => name)).toEqual(["mlp.gate_proj"]);
  });

  test("have adapters if a tool names all linear layers, where dense or shared layers have their names", () => {
    const added = (name: string) =>
      selectTargets(shapeOf(name), "all-linear", { allLinear: "names" })
        .map((target) => target.name)
        .filter((each) => !/^(q|k|v|o|kv_)\w*$/.test(each));
    expect(added("qwen3-30b-a3b")).toEqual([]);
    expect(added("deepseek-v2-lite")).toEqual(["experts.gate_up_proj", "experts.down_proj"]);
    const count = (allLinear: "layers" | "names") =>
      countLoraParams(selectTargets(shapeOf("deepseek-v2-lite"), "all-linear", { allLinear }), 8);
    expect(count("layers") - count("names")).toBe(26 * 8 * (2048 + 64)); // routers
  });

  test("have adapters at rank / (experts that a token visits) in NeMo Automodel and Megatron-Bridge", () => {
    const shape = shapeOf("qwen3-30b-a3b");
    const experts = "by-active-experts";
    const targets = selectTargets(shape, ["experts.gate_up_proj", "experts.down_proj"], { experts });
    // by hand: 48 layers of 128 experts, eight of them active, at rank 32 / 8
    const perRank = 48 * 128 * (2048 + 2 * 768 + 768 + 2048);
    expect(countLoraParams(targets, 32)).toBe(4 * perRank);
    expect(countLoraParams(targets, 39)).toBe(4 * perRank);
    expect(() => countLoraParams(targets, 7)).toThrow(
      "rank must be at least 8 for rank 1 on each expert, got 7",
    );
  });

  test("make up most of the base, and are quantised each by itself before transformers 5", () => {
    const experts = sumOf(mixtral.experts.map(weightElements));
    expect(experts).toBe(32 * 8 * 3 * 4096 * 14_336);
    expect(mixtral.params.blockWeights).toBe(experts + sumOf(mixtral.linears.map(weightElements)));
    expect(mixtral.params.routers).toBe(32 * 8 * 4096);
    const nf4 = { dtype: "nf4", doubleQuant: true } as const;
    const { quantizedWeights, quantizationConstants, otherWeights } = baseBytes(mixtral, nf4, "separate");
    const quantized = mixtral.params.blockWeights + mixtral.params.routers;
    expect(quantizedWeights).toBe(quantized / 2);
    expect(otherWeights).toBe(2 * (mixtral.totalParams - quantized));
    const attention =
      32 * (2 * nf4ConstantBytes(4096 * 4096, true) + 2 * nf4ConstantBytes(4096 * 1024, true));
    const routers = 32 * nf4ConstantBytes(8 * 4096, true);
    expect(quantizationConstants).toBe(
      attention + routers + 32 * 8 * 3 * nf4ConstantBytes(4096 * 14_336, true),
    );
  });

  test("stay in 16 bits beside 4-bit linear layers in transformers 5, but not in GPTQ's files", () => {
    const bytes = (format: Parameters<typeof baseBytes>[1]) => baseBytes(mixtral, format);
    const attention = sumOf(mixtral.linears.map(weightElements));
    const { quantizedWeights, otherWeights } = bytes({ dtype: "nf4", doubleQuant: true });
    expect(quantizedWeights).toBe(attention / 2);
    expect(otherWeights).toBe(2 * (mixtral.totalParams - attention));
    expect(bytes({ dtype: "gptq" }).quantizedWeights).toBe(mixtral.params.blockWeights / 2);
    // bitsandbytes quantises the gate of shared experts, a linear layer, and not Llama 4's router of its own class.
    const shared = shapeOf("qwen1.5-moe-a2.7b");
    const linears = sumOf(shared.linears.map(weightElements));
    expect(baseBytes(shared, { dtype: "int8" }).quantizedWeights).toBe(linears + 24 * 2048);
    const llama = shapeOf("llama-4-scout");
    expect(baseBytes(llama, { dtype: "int8" }).quantizedWeights).toBe(
      sumOf(llama.linears.map(weightElements)),
    );
  });

  test("are spoken of once, with the versions and the bytes", () => {
    const options = { shape: mixtral, targets: selectTargets(mixtral, "all-linear"), rank: 8 };
    const of = (experts: "stacked" | "separate", base: Parameters<typeof staticBytes>[0]["base"]) =>
      staticBytes({ ...options, base, experts }).assumptions.filter((each) => /experts/i.test(each));
    const nf4 = { dtype: "nf4", doubleQuant: true } as const;
    expect(of("stacked", nf4)).toEqual([
      "Experts are stored and adapted as in PEFT 0.21.2 with transformers 5.24.",
      "The experts stay in bf16 and take 90.2 GB: bitsandbytes quantises linear layers, and these are parameters.",
    ]);
    expect(of("stacked", { ...nf4, otherDtype: "fp32" })[1]).toContain("in fp32 and take 180 GB");
    const old = ["Experts are stored and adapted as in PEFT 0.18.1 with transformers 4.57."];
    expect(of("separate", nf4)).toEqual(old);
  });

  test("are no more than there are, in layers that exist", () => {
    const config = { ...configOf("mixtral-8x7b"), num_experts_per_tok: 9 };
    expect(() => modelShapeFromConfig(config)).toThrow(
      "num_experts_per_tok must be at most num_local_experts 8, got 9",
    );
    const qwen = { ...configOf("qwen3-30b-a3b"), mlp_only_layers: [48] };
    expect(() => modelShapeFromConfig(qwen)).toThrow(
      "mlp_only_layers must be a list of at most 48 integers from 0 to 47, got [48]",
    );
    const { first_k_dense_replace: _, q_lora_rank: __, ...deepseek } = configOf("deepseek-v3");
    expect(() => modelShapeFromConfig(deepseek)).toThrow(
      "q_lora_rank must be a positive integer, got no such field; first_k_dense_replace must be an integer from 0, got no such field",
    );
  });
});

describe("the first Qwen", () => {
  // swift's table of Qwen-7B: 4.19 M and 33.55 M for c_attn, 17.89 M for all linear layers
  test("has the adapters that ms-swift counts", () => {
    const shape = shapeOf("qwen-7b");
    expect(countLoraParams(selectTargets(shape, ["c_attn"]), 8)).toBe(4_194_304);
    expect(countLoraParams(selectTargets(shape, ["c_attn"]), 64)).toBe(33_554_432);
    expect(countLoraParams(selectTargets(shape, "all-linear"), 8)).toBe(17_891_328);
  });

  test("has an MLP of half its intermediate_size, which must be even", () => {
    expect(shapeOf("qwen-7b").linears.find(({ name }) => name === "w1")).toMatchObject({ outDim: 11_008 });
    expect(() => modelShapeFromConfig({ ...configOf("qwen-7b"), intermediate_size: 22_017 })).toThrow(
      "intermediate_size must be even, got 22017",
    );
  });
});

describe("a model that reads images too", () => {
  const gemma = configOf("gemma-3-4b");

  test("is read as its text part, which says so", () => {
    const shape = modelShapeFromConfig(gemma);
    expect(shape).toMatchObject({
      modelType: "gemma3",
      covers: "text",
      heads: 8,
      kvHeads: 4,
      vocabSize: 262_208,
    });
    expect(shape.linears[0]!.path).toBe("model.language_model.layers.*.self_attn.q_proj");
    const options = { shape, targets: shape.linears, rank: 8, base: { dtype: "bf16" } as const };
    expect(staticBytes(options).assumptions.at(-1)).toBe(
      "Only the language model is counted, not the parts that read images or sound. With image tokens (setting imageTokens) images are counted.",
    );
    expect(shapeOf("gemma-3-1b").covers).toBe("model");
  });

  test("needs a text part that is understood, and errors name the part", () => {
    expect(() => modelShapeFromConfig({ model_type: "gemma3" })).toThrow(
      "model config: text_config must be an object, got no such field",
    );
    expect(() => modelShapeFromConfig({ model_type: "mistral3", text_config: {} })).toThrow(
      "model config: tie_word_embeddings must be true or false, got no such field",
    );
    const t5 = { model_type: "mistral3", tie_word_embeddings: false, text_config: { model_type: "t5" } };
    expect(() => modelShapeFromConfig(t5)).toThrow(
      "text_config.model_type must be one of llama, mistral, ministral",
    );
    expect(() => modelShapeFromConfig({ model_type: "gemma3", text_config: { hidden_size: 64 } })).toThrow(
      "text_config.intermediate_size must be a positive integer, got no such field",
    );
  });
});

describe("flags of single types", () => {
  test("that would add parameters of an unknown kind are refused", () => {
    expect(() => modelShapeFromConfig({ ...configOf("command-r"), use_qk_norm: true })).toThrow(
      "use_qk_norm must be false, got true",
    );
    expect(() => modelShapeFromConfig({ ...configOf("falcon-40b"), num_ln_in_parallel_attn: 3 })).toThrow(
      "num_ln_in_parallel_attn must be 1 or 2, got 3",
    );
  });

  test("a BLOOM's sizes have two names each", () => {
    const config = {
      model_type: "bloom",
      hidden_size: 1024,
      num_hidden_layers: 24,
      num_attention_heads: 16,
      vocab_size: 250_880,
    };
    expect(modelShapeFromConfig(config).totalParams).toBe(shapeOf("bloom-560m").totalParams);
  });

  test("a Phi's head has a bias, tied or not", () => {
    const shape = modelShapeFromConfig({ ...configOf("phi-2"), tie_word_embeddings: true });
    expect(headTensors(shape)).toEqual([[51_200]]);
    expect(shape.headLinears).toMatchObject([{ name: "lm_head", bias: true }]);
  });
});

test("every model type is listed once", () => {
  expect(new Set(modelTypes).size).toBe(modelTypes.length);
});
