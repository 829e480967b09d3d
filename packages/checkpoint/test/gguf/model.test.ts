import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { sha256OfFile } from "../../src/disk.ts";
import { modelAt } from "../../src/files/model-folder.ts";
import { FAMILIES } from "../../src/gguf/families/families.ts";
import { modelConfig, modelDigest, modelWeights } from "../../src/model/model.ts";
import { caught } from "../helpers/caught.ts";
import { fixture } from "../helpers/fixture.ts";
import { f32, ggufFile, text, u32 } from "../helpers/raw-gguf.ts";
import { tinyLlama } from "../helpers/tiny-llama.ts";

interface Original {
  readonly config: Readonly<Record<string, unknown>>;
  readonly tensors: Readonly<Record<string, readonly number[]>>;
}

// Written by llama.cpp's converter from models of transformers 5.24: their configs and the shapes of their tensors.
const ORIGINALS: Readonly<Record<string, Original>> = JSON.parse(
  readFileSync(fixture("gguf/families.json"), "utf8"),
);
const NAMES = Object.keys(ORIGINALS);

const modelOf = (name: string) => fixture(`gguf/families/${name}.gguf`);

describe("openModelWeights of a GGUF", () => {
  test("is tested on every architecture that is read", () => {
    const architectures = NAMES.map((name) => ({ llama3: "llama", mistral: "llama" })[name] ?? name);
    expect([...new Set(architectures)].sort()).toEqual([...FAMILIES.keys()].sort());
  });

  test("knows each architecture by the model types that it gives", () => {
    const given = new Map([...FAMILIES].map(([architecture, { modelTypes }]) => [architecture, modelTypes]));
    for (const name of NAMES) {
      const { config } = modelConfig(modelAt(modelOf(name)));
      const architecture = { llama3: "llama", mistral: "llama" }[name] ?? name;
      expect(given.get(architecture)).toContain(config.model_type);
    }
  });

  test.each(NAMES)("gives %s the names, shapes and values that went into the converter", (name) => {
    const weights = modelWeights(modelAt(modelOf(name)));
    // Element i of tensor k, by name, is 4096 k + i, so any change of order or value shows.
    const original = Object.entries(ORIGINALS[name]!.tensors).map(([tensor, shape], k) => ({
      tensor,
      shape,
      k,
    }));
    const kept = original.filter(({ tensor }) => !tensor.startsWith("pooler.")); // the converter drops BERT's
    expect([...weights.tensors.keys()].sort()).toEqual(kept.map(({ tensor }) => tensor));
    for (const { tensor, shape, k } of kept) {
      expect(weights.tensors.get(tensor)).toMatchObject({ dtype: "F32", shape });
      const values = weights.readFloat32(tensor);
      expect([...values]).toEqual(Array.from({ length: values.length }, (_, i) => 4096 * k + i));
    }
    weights.close();
  });

  test("leaves a tensor's bytes as the file has them", () => {
    const weights = modelWeights(modelAt(modelOf("gemma2")));
    const norm = "model.norm.weight";
    const stored = new Float32Array(weights.readBytes(norm).slice().buffer);
    expect(stored[0]! - 1).toBe(weights.readFloat32(norm)[0]); // the file holds 1 + w
    weights.close();
  });

  test("says that there is no such tensor, even one that the file has under its own name", () => {
    const path = modelOf("llama");
    const weights = modelWeights(modelAt(path));
    expect(caught(() => weights.readFloat32("output.weight"))).toMatchObject({
      code: "E_TENSOR",
      message: `${path}: there is no tensor "output.weight" among its ${weights.tensors.size}`,
    });
    weights.close();
  });

  test("names tensors that have no place, and shapes that cannot be", () => {
    const extra = { dimensions: [8] };
    const path = ggufFile(
      tinyLlama(
        {},
        {
          "blk.0.attn_q.weight": { dimensions: [8, 6] },
          "blk.0.attn_qkv.weight": extra,
          "blk.1.attn_norm.weight": extra,
          "blk.0.toString.weight": extra,
          output_norm: extra,
        },
      ),
    );
    const none = (name: string) => `tensor "${name}" must have a Hugging Face name in llama, got none`;
    expect(caught(() => modelWeights(modelAt(path))).message).toBe(
      [
        `${path}: tensor "blk.0.attn_q.weight" must have rows of a multiple of 4, two halves of 2 heads, got [6,8]`,
        none("blk.0.attn_qkv.weight"),
        none("blk.1.attn_norm.weight"),
        none("blk.0.toString.weight"),
        none("output_norm"),
      ].join("\n"),
    );
  });

  test("refuses a type that is not read before any tensor is", () => {
    const path = ggufFile(
      tinyLlama({}, { "blk.0.ffn_up.weight": { dimensions: [256, 1], type: 11, data: Buffer.alloc(110) } }),
    );
    expect(caught(() => modelWeights(modelAt(path))).message).toBe(
      `${path}: tensor "blk.0.ffn_up.weight" must be F32, F16, BF16, F64, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K, got Q3_K`,
    );
  });
});

describe("readModelConfig of a GGUF", () => {
  test.each(NAMES)("gives %s the fields of its config.json", (name) => {
    const { config } = modelConfig(modelAt(modelOf(name)));
    const original = { ...ORIGINALS[name]!.config };
    // The same under the names of transformers 4, which transformers 5 reads too.
    const { rope_theta, rope_scaling, rope_local_base_freq, sliding_window_pattern, ...fields } = config;
    const { rope_parameters: rope, ...originalFields } = original as { rope_parameters?: Rope };
    expect({ rope_theta, rope_scaling, rope_local_base_freq }).toEqual(oldRope(rope));
    if (name === "gemma3") expect(sliding_window_pattern).toBe(original._sliding_window_pattern);
    const elsewhere = DIFFERENT[name] ?? {};
    for (const [field, value] of Object.entries(fields)) {
      const expected =
        field in elsewhere ? elsewhere[field] : (originalFields as Record<string, unknown>)[field];
      if (field === "head_dim" && expected === undefined) continue; // hidden / heads, said aloud
      expect([field, value]).toEqual([field, expected]);
    }
  });

  test("gives null for special tokens that the file does not name, and the format's own rope_theta", () => {
    expect(modelConfig(modelAt(ggufFile(tinyLlama()))).config).toEqual({
      architectures: ["LlamaForCausalLM"],
      model_type: "llama",
      vocab_size: 5,
      hidden_size: 8,
      intermediate_size: 12,
      num_hidden_layers: 1,
      num_attention_heads: 2,
      num_key_value_heads: 2,
      head_dim: 4,
      max_position_embeddings: 64,
      rms_norm_eps: 1e-5,
      rope_theta: 10_000,
      rope_scaling: null,
      tie_word_embeddings: true,
      bos_token_id: null,
      eos_token_id: null,
      pad_token_id: null,
      hidden_act: "silu",
      attention_bias: false,
      mlp_bias: false,
    });
  });

  test("knows a Mistral by its window", () => {
    const path = ggufFile(tinyLlama({ "llama.attention.sliding_window": u32(32) }));
    expect(modelConfig(modelAt(path)).config).toMatchObject({ model_type: "mistral", sliding_window: 32 });
  });

  test("names all keys that are missing or wrong", () => {
    const path = ggufFile(
      tinyLlama({
        "llama.context_length": undefined,
        "llama.feed_forward_length": text("12"),
        "llama.attention.layer_norm_rms_epsilon": f32(0),
        "llama.block_count": u32(30),
        "llama.vocab_size": u32(6),
        "llama.attention.head_count_kv": u32(3),
        "llama.rope.dimension_count": u32(2),
      }),
    );
    expect(caught(() => modelConfig(modelAt(path)))).toMatchObject({
      code: "E_GGUF",
      message: [
        `${path}: metadata is wrong:`,
        '"llama.attention.head_count_kv" must be a divisor of 2, the head count, got 3',
        '"llama.vocab_size" must be 5, the rows of token_embd.weight, got 6',
        '"llama.feed_forward_length" must be a positive integer, got "12"',
        '"llama.block_count" must be 1, as many layers as the tensors have, got 30',
        '"llama.context_length" must be a positive integer, got no such key',
        '"llama.attention.layer_norm_rms_epsilon" must be a number above 0, got 0',
        '"llama.rope.dimension_count" must be 4, the size of a head, got 2',
      ].join("\n"),
    });
  });

  test.each<[what: string, content: Parameters<typeof tinyLlama>, message: string]>([
    [
      "an architecture that is not supported",
      [{ "general.architecture": text("mamba") }],
      'general.architecture must be one of llama, qwen2, qwen3, gemma2, gemma3, phi3, gpt2, bert, got "mamba"',
    ],
    [
      "no architecture",
      [{ "general.architecture": undefined }],
      'metadata "general.architecture" must be a string, got no such key',
    ],
    [
      "an adapter",
      [{ "general.type": text("adapter") }],
      'metadata "general.type" must be model, got "adapter"',
    ],
    [
      "one part of several",
      [{ "split.count": u32(3) }],
      'metadata "split.count" must be 1: join the parts with llama-gguf-split --merge, got 3',
    ],
    [
      "a mixture of experts",
      [{ "llama.expert_count": u32(8) }],
      'metadata "llama.expert_count" must be 0: mixtures of experts are not supported, got 8',
    ],
    [
      "no embedding",
      [{}, { "token_embd.weight": undefined }],
      'must hold the tensor "token_embd.weight", got none',
    ],
    [
      "an embedding of another width",
      [{}, { "token_embd.weight": { dimensions: [6, 5] } }],
      'tensor "token_embd.weight" must be [vocabulary, 8], as "llama.embedding_length" says, got [5,6]',
    ],
    [
      "heads that do not divide the width",
      [{ "llama.attention.head_count": u32(3) }],
      '"llama.embedding_length" must be a multiple of the head count 3, got 8',
    ],
  ])("refuses %s in one sentence", (_, content, message) => {
    const path = ggufFile(tinyLlama(...content));
    expect(caught(() => modelConfig(modelAt(path)))).toMatchObject({
      code: "E_GGUF",
      message: `${path}: ${message}`,
    });
  });

  test("takes the scale of attention of the 27B Gemmas from hidden / heads, as llama.cpp does", () => {
    const layers = Object.fromEntries(
      Array.from({ length: 46 }, (_, layer) => [`blk.${layer}.attn_norm.weight`, { dimensions: [8] }]),
    );
    const { metadata, tensors } = tinyLlama(
      {
        "general.architecture": text("gemma2"),
        "llama.block_count": u32(46),
        "llama.attention.key_length": u32(2),
        "llama.attention.sliding_window": u32(32),
        "llama.attn_logit_softcapping": f32(50),
        "llama.final_logit_softcapping": f32(30),
      },
      layers,
    );
    const renamed = metadata!.map(([key, value]) => [key.replace("llama.", "gemma2."), value] as const);
    const { config } = modelConfig(modelAt(ggufFile({ metadata: renamed, tensors: tensors! })));
    expect(config).toMatchObject({ head_dim: 2, query_pre_attn_scalar: 4 });
  });

  test("counts the layers that are there, whatever number a tensor's name has", () => {
    const path = ggufFile(
      tinyLlama(
        { "llama.block_count": u32(1_000_000_000) },
        { "blk.0.attn_q.weight": undefined, "blk.999999999.attn_q.weight": { dimensions: [8, 8] } },
      ),
    );
    expect(caught(() => modelConfig(modelAt(path)))).toMatchObject({
      code: "E_GGUF",
      message: `${path}: metadata "llama.block_count" must be 1, as many layers as the tensors have, got 1000000000`,
    });
  });

  test("has a digest of its own, and the model that of the file", () => {
    const [llama, mistral] = [modelOf("llama"), modelOf("mistral")];
    expect(modelConfig(modelAt(llama)).sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(modelConfig(modelAt(llama)).sha256).not.toBe(modelConfig(modelAt(mistral)).sha256);
    expect(modelDigest(modelAt(llama))).toBe(sha256OfFile(llama));
  });
});

type Rope = Readonly<Record<string, unknown>> & {
  readonly full_attention?: Rope;
  readonly sliding_attention?: Rope;
};

/** `rope_parameters` of transformers 5 as the fields of transformers 4. */
function oldRope(rope: Rope | undefined): Record<string, unknown> {
  if (rope === undefined) return {};
  const { full_attention: full = rope, sliding_attention: sliding } = rope;
  const { rope_theta, rope_type, partial_rotary_factor: _, ...rest } = full;
  const { original_max_position_embeddings, ...lists } = rest;
  const scaling = rope_type === "longrope" ? lists : rest; // Phi-3 says the original length outside
  return {
    rope_theta,
    rope_scaling: rope_type === "default" ? null : { rope_type, ...scaling },
    rope_local_base_freq: sliding?.rope_theta,
  };
}

/** What the file cannot know, or says otherwise. */
const DIFFERENT: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  mistral: {
    architectures: ["LlamaForCausalLM"],
    model_type: "llama",
    attention_bias: false,
    mlp_bias: false,
  },
  phi3: { partial_rotary_factor: 1 },
  gpt2: { n_inner: 32, pad_token_id: 0 },
  bert: { position_embedding_type: "absolute", bos_token_id: 1, eos_token_id: 2 },
};
