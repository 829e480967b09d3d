import { describe, expect, test } from "vitest";
import { trainableModelFromConfig } from "../../../src/model/model-shape.ts";
import { bertBase, gpt2With124M, llama32With1B, mistral7B, qwen25With05B } from "../../models.ts";

const read = (config: Readonly<Record<string, unknown>>) => trainableModelFromConfig(config).computation;
const kindsOf = (config: Readonly<Record<string, unknown>>) =>
  read(config).layerKinds.map(({ name, window }) => (window === null ? name : `${name} ${window}`));
const decoder = { ...llama32With1B, num_hidden_layers: 4, rms_norm_eps: 1e-5 };
const gemma = { ...decoder, model_type: "gemma2", query_pre_attn_scalar: 256 };

describe("how a decoder computes", () => {
  test("follows from its config, and where a field is absent from its definition", () => {
    const { layerKinds, ...computation } = read(decoder);
    expect(computation).toEqual({
      activation: "silu",
      normEpsilon: 1e-5,
      attentionScale: 1 / 8,
      attentionSoftcap: null,
      logitSoftcap: null,
      maxPositions: null,
      padTokenId: 0,
      initializerRange: 0.02,
    });
    const said = {
      hidden_act: "relu",
      max_position_embeddings: 512,
      pad_token_id: 3,
      initializer_range: 0.1,
    };
    expect(read({ ...decoder, ...said })).toMatchObject({
      activation: "relu",
      maxPositions: 512,
      padTokenId: 3,
      initializerRange: 0.1,
    });
    expect(read({ ...gemma, attn_logit_softcapping: 50, final_logit_softcapping: 30 })).toMatchObject({
      activation: "gelu_pytorch_tanh",
      attentionScale: 1 / 16,
      attentionSoftcap: 50,
      logitSoftcap: 30,
    });
  });

  test.each([
    ["a Llama", {}, ["full", "full", "full", "full"]],
    ["a Mistral that says nothing", { model_type: "mistral" }, Array(4).fill("sliding 4096")],
    ["a Mistral without a window", { model_type: "mistral", sliding_window: null }, Array(4).fill("full")],
    ["a Phi-3 that says nothing", { model_type: "phi3" }, Array(4).fill("full")],
    ["a Phi-3 with a window", { model_type: "phi3", sliding_window: 2047 }, Array(4).fill("sliding 2047")],
    ["a Qwen 2 whose window is off", { model_type: "qwen2", sliding_window: 9 }, Array(4).fill("full")],
    [
      "a Qwen 2 whose window is on from layer 2",
      { model_type: "qwen2", sliding_window: 9, use_sliding_window: true, max_window_layers: 2 },
      ["full", "full", "sliding 9", "sliding 9"],
    ],
    ["a Gemma 2", gemma, ["sliding 4096", "full", "sliding 4096", "full"]],
    [
      "a Gemma 3",
      { ...gemma, model_type: "gemma3_text", sliding_window_pattern: 3, sliding_window: 512 },
      ["sliding 512", "sliding 512", "full", "sliding 512"],
    ],
    [
      "a Gemma 3 that lists its layers",
      {
        ...gemma,
        model_type: "gemma3_text",
        layer_types: ["full_attention", "sliding_attention", "full_attention", "full_attention"],
      },
      ["full", "sliding 4096", "full", "full"],
    ],
  ])("%s has its windows in the right layers", (_, fields, kinds) => {
    expect(kindsOf({ ...decoder, ...fields })).toEqual(kinds);
  });

  test("layers that are alike are the same object", () => {
    const { layerKinds } = read(gemma);
    expect(new Set(layerKinds).size).toBe(2);
  });
});

describe("rotary positions", () => {
  const ropeOf = (fields: object) => read({ ...decoder, ...fields }).layerKinds[0]!.rope;

  test("are read under the names of transformers 4 and of transformers 5", () => {
    expect(ropeOf({})).toEqual({ type: "default", rotaryDim: 64, theta: 10_000 });
    expect(ropeOf({ rope_theta: 5e5 })).toMatchObject({ theta: 5e5 });
    expect(ropeOf({ rope_parameters: { rope_theta: 5e5 } })).toMatchObject({ theta: 5e5 });
    expect(ropeOf({ rope_theta: 5e5, rope_scaling: { type: "linear", factor: 2 } })).toEqual({
      type: "linear",
      factor: 2,
      rotaryDim: 64,
      theta: 5e5,
    });
    expect(ropeOf({ partial_rotary_factor: 0.5 })).toMatchObject({ rotaryDim: 32 });
  });

  test("of long texts take a factor for each frequency, and one on cos and sin", () => {
    const rope_scaling = {
      type: "longrope",
      short_factor: Array(32).fill(1),
      long_factor: Array(32).fill(4),
    };
    const rope = ropeOf({
      rope_scaling,
      max_position_embeddings: 4096 * 16,
      original_max_position_embeddings: 4096,
    });
    // √(1 + ln 16 / ln 4096) = √(1 + 4 / 12)
    expect(rope).toMatchObject({
      originalPositions: 4096,
      attentionFactor: expect.closeTo(Math.sqrt(4 / 3), 12),
    });
    expect(() =>
      ropeOf({ rope_scaling: { ...rope_scaling, long_factor: [1] }, max_position_embeddings: 8 }),
    ).toThrow("long_factor must be a list of 32 numbers, got [1]");
  });

  test("of a Gemma 3 differ between its kinds of layers", () => {
    const gemma3 = { ...gemma, model_type: "gemma3_text" };
    const thetas = (fields: object) => {
      const { layerKinds } = read({
        ...gemma3,
        ...fields,
        layer_types: undefined,
        sliding_window_pattern: 2,
      });
      return layerKinds.slice(0, 2).map(({ rope }) => rope?.theta);
    };
    expect(thetas({})).toEqual([10_000, 1_000_000]);
    expect(thetas({ rope_theta: 2e6, rope_local_base_freq: 2e4 })).toEqual([2e4, 2e6]);
    const rope_parameters = { full_attention: { rope_theta: 3e6 }, sliding_attention: { rope_theta: 3e4 } };
    expect(thetas({ rope_parameters })).toEqual([3e4, 3e6]);
  });

  test("rotate an even number of a head's elements", () => {
    expect(() => ropeOf({ partial_rotary_factor: 0.04 })).not.toThrow(); // 2 of 64
    expect(() => ropeOf({ partial_rotary_factor: 0.05 })).toThrow(
      "partial_rotary_factor must be a share that makes an even number of a head's 64 elements, got 0.05",
    );
    expect(() => ropeOf({ partial_rotary_factor: 2 })).toThrow("got 2");
  });
});

describe("learned positions", () => {
  test("are as many as the table has rows, and begin behind the padding in RoBERTa", () => {
    const { layerKinds, maxPositions } = read(gpt2With124M);
    expect([layerKinds[0], maxPositions]).toEqual([{ name: "full", window: null, rope: null }, 1024]);
    expect(read(bertBase).maxPositions).toBe(512);
    const roberta = { ...bertBase, model_type: "roberta", max_position_embeddings: 514 };
    expect(read({ ...roberta, pad_token_id: 1 }).maxPositions).toBe(512);
    expect(() => read(roberta)).toThrow("pad_token_id must be a number, got no such field");
  });
});

describe("trainableModelFromConfig", () => {
  test("names what is wrong for shapes and for the computation at once", () => {
    const { vocab_size: _, ...rest } = decoder;
    expect(() => trainableModelFromConfig({ ...rest, hidden_act: "mish", rms_norm_eps: "1e-5" })).toThrow(
      expect.objectContaining({
        code: "E_CONFIG",
        message:
          "model config: vocab_size must be a positive integer, got no such field; " +
          'hidden_act must be one of silu, swish, gelu, gelu_new, gelu_pytorch_tanh, relu, got "mish"; ' +
          'rms_norm_eps must be a number, got "1e-5"',
      }),
    );
  });

  test("needs what an estimate does not", () => {
    expect(() => trainableModelFromConfig(mistral7B)).toThrow(
      "rms_norm_eps must be a number, got no such field",
    );
    expect(() => trainableModelFromConfig({ ...qwen25With05B, rms_norm_eps: 1e-6 })).not.toThrow();
  });

  test("lists the types that can be trained for one that cannot", () => {
    expect(() => trainableModelFromConfig({ model_type: "falcon" })).toThrow(
      expect.objectContaining({
        code: "E_MODEL_TYPE",
        message:
          "model config: model_type must be one of llama, mistral, qwen2, qwen3, gemma2, gemma3_text, phi3, gpt2, bert, " +
          'roberta, distilbert, got "falcon"',
      }),
    );
  });

  test("has the shapes that an estimate has, under any head", () => {
    const { shape } = trainableModelFromConfig(bertBase);
    expect(shape({ kind: "classification", labels: 2 }).headLinears.map(({ path }) => path)).toEqual([
      "classifier",
    ]);
    expect(shape({ kind: "none" }).layersPath).toBe("encoder.layer");
    expect(() => shape({ kind: "causal-lm" })).toThrow(
      "task must be classification for a model of type bert",
    );
  });
});
