import { InputError } from "../errors.ts";
import { ConfigReader, isRecord } from "./config-reader.ts";
import { layerLinear, plainFeedForward } from "./families/blocks.ts";
import { type LinearInput, type ModelLinear, sumOf } from "./linear-shapes.ts";
import { type ModelParts, modelShape } from "./parts.ts";
import type { BlockShape, ModelShape, VisionShape } from "./shape.ts";

/** Tower and what joins it to a language model. Source: transformers 5.24, each type's configuration and modeling. */
interface Tower extends Omit<VisionShape, "tower" | "text"> {
  readonly parts: Omit<ModelParts, "family" | "kvHeads" | "vocabSize" | "output">;
}

const towers: Readonly<Record<string, (config: ConfigReader, width: number) => Tower>> = {
  qwen2_5_vl: qwenTower,
  qwen3_vl: qwenTower,
  qwen3_vl_moe: qwenTower,
  gemma3: siglipTower,
};

/** True if {@link withVision} reads the tower of this `model_type`. */
export function readsImages(modelType: unknown): boolean {
  return Object.hasOwn(towers, String(modelType));
}

/**
 * Adds the part that reads images, from the config's `vision_config`, to its language model's shape. Throws E_CONFIG
 * for a type without a known tower, and naming every field of `vision_config` that is missing or wrong.
 */
export function withVision(text: ModelShape, config: unknown): ModelShape {
  const read = towers[text.modelType];
  if (read === undefined || !isRecord(config))
    throw new InputError(
      "E_CONFIG",
      `model config: model_type must be one of ${Object.keys(towers).join(", ")} for image tokens, got ${text.modelType}`,
    );
  const reader = new ConfigReader(config);
  const { parts, ...vision } = read(reader, text.hiddenSize);
  reader.finish();
  const shared = { family: "bert", kvHeads: parts.heads, vocabSize: 0, output: null } as const;
  const tower = modelShape(text.modelType, { ...shared, ...parts }, { kind: "none" });
  const names = Object.keys(text.params) as (keyof ModelShape["params"])[];
  const params = Object.fromEntries(names.map((name) => [name, text.params[name] + tower.params[name]]));
  return {
    ...text,
    covers: "model",
    linears: [...text.linears, ...tower.linears],
    params: params as unknown as ModelShape["params"],
    totalParams: text.totalParams + tower.totalParams,
    vision: { ...vision, tower, text },
  };
}

interface TowerSizes {
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly headDim: number;
  /** Pixel values of a patch. */
  readonly pixels: number;
}

function sizesOf(config: ConfigReader, layersField: string, headsField: string, times: number): TowerSizes {
  const hiddenSize = config.size("hidden_size", 2 ** 20);
  const heads = config.size(headsField);
  config.divisible("hidden_size", headsField);
  const channels = ["in_channels", "in_chans", "num_channels"].find((name) => config.has(name));
  return {
    ...{ hiddenSize, heads, headDim: hiddenSize / heads },
    intermediateSize: config.size("intermediate_size", 2 ** 20),
    layers: config.size(layersField, 4000),
    pixels: (channels === undefined ? 3 : config.size(channels)) * times * config.size("patch_size") ** 2,
  };
}

/** Blocks whose queries, keys and values are as wide as hidden states. */
function blockOf(hidden: number, more: Pick<BlockShape, "norm" | "feedForward" | "fusedQkv">): BlockShape {
  return {
    ...{ norms: 2, normInputs: 2, queryKeyNorm: false, queryDim: hidden, keyDim: hidden, valueDim: hidden },
    ...more,
  };
}

/** Layer of a merger, run once for several patches. */
function mergerLinear(path: string, inDim: number, outDim: number): ModelLinear {
  const name = path.replace("model.visual.", "");
  return { name, inDim, outDim, count: 1, path, role: "block", reads: "own", bias: true };
}

/**
 * Towers of Qwen2.5-VL and Qwen3-VL: rotary positions in fp32, and mergers that make a token of several patches. Only
 * Qwen2.5-VL's has `_input_embed_layer`, which `enable_input_require_grads` hooks.
 */
function qwenTower(whole: ConfigReader, width: number): Tower {
  const config = whole.part("vision_config", {}, {});
  const isOld = whole.fields.model_type === "qwen2_5_vl";
  const times = config.sizeOr("temporal_patch_size", () => 2);
  const { pixels, ...sizes } = sizesOf(config, "depth", "num_heads", times);
  const { hiddenSize: hidden, intermediateSize: inner, layers } = sizes;
  const patchesPerToken = config.sizeOr("spatial_merge_size", () => 2) ** 2;
  const merged = hidden * patchesPerToken;
  const linear = (path: string, inDim: number, outDim: number, reads: LinearInput) =>
    layerLinear(layers, path, inDim, outDim, reads, { bias: true });
  const ofMlp = isOld
    ? [
        linear("mlp.gate_proj", hidden, inner, "feed-forward"),
        linear("mlp.up_proj", hidden, inner, "feed-forward"),
      ]
    : [linear("mlp.linear_fc1", hidden, inner, "feed-forward")];
  const last = isOld ? "mlp.down_proj" : "mlp.linear_fc2";
  const indexes = isOld ? [] : config.indexes("deepstack_visual_indexes", layers);
  const mergers = ["merger", ...indexes.map((_, index) => `deepstack_merger_list.${index}`)];
  const [first, second] = isOld ? ["mlp.0", "mlp.2"] : ["linear_fc1", "linear_fc2"];
  // RMSNorms have a weight, LayerNorms a bias too; norms of later mergers are as wide as merged patches.
  const vectors = isOld ? hidden : 2 * (hidden + merged * indexes.length);
  return {
    parts: {
      ...sizes,
      paths: ["", "model.visual.blocks"],
      block: blockOf(hidden, {
        norm: isOld ? "rmsnorm" : "layernorm",
        fusedQkv: true,
        feedForward: isOld ? { gated: true, width: inner } : plainFeedForward(config, inner),
      }),
      linears: [
        linear("attn.qkv", hidden, 3 * hidden, "attention"),
        linear("attn.proj", hidden, hidden, "attention output"),
        ...ofMlp,
        linear(last, inner, hidden, "feed-forward output"),
      ],
      around: mergers.flatMap((merger) => [
        mergerLinear(`model.visual.${merger}.${first}`, merged, merged),
        mergerLinear(`model.visual.${merger}.${second}`, merged, width),
      ]),
      otherEmbeddings: pixels * hidden + (isOld ? 0 : hidden * config.size("num_position_embeddings")),
      norms: (isOld ? 2 : 4) * hidden * layers + vectors + (isOld ? 0 : hidden), // Conv3d's bias
    },
    pixels,
    patchesPerToken,
    outputs: mergers.length,
    // Each merger saves its norm's input and its activation's.
    around: { norms: isOld ? hidden : 0, others: hidden * (isOld ? 1 : 2 * mergers.length) },
    rotary: true,
    floatPositions: !isOld,
    hooksInput: isOld,
    masksText: false,
  };
}

/** SigLIP, as in Gemma 3: mean pooling, and a projection that is a parameter, which "all-linear" does not match. */
function siglipTower(whole: ConfigReader, width: number): Tower {
  const config = whole.part("vision_config", {}, {});
  const { pixels, ...sizes } = sizesOf(config, "num_hidden_layers", "num_attention_heads", 1);
  // A pooling head, which Gemma 3 lacks, has weights that are not counted.
  config.only("vision_use_head", false);
  config.divisible("image_size", "patch_size");
  const { hiddenSize: hidden, intermediateSize: inner, layers } = sizes;
  const patches = (config.size("image_size") / config.size("patch_size")) ** 2;
  const linear = (path: string, inDim: number, outDim: number, reads: LinearInput) =>
    layerLinear(layers, path, inDim, outDim, reads, { bias: true });
  const attention = ["k_proj", "v_proj", "q_proj"].map((name) =>
    linear(`self_attn.${name}`, hidden, hidden, "attention"),
  );
  const feedForward = plainFeedForward(config, inner, "gelu_pytorch_tanh");
  return {
    parts: {
      ...sizes,
      paths: ["", "model.vision_tower.encoder.layers"],
      block: blockOf(hidden, { norm: "layernorm", fusedQkv: false, feedForward }),
      linears: [
        ...attention,
        linear("self_attn.out_proj", hidden, hidden, "attention output"),
        linear("mlp.fc1", hidden, inner, "feed-forward"),
        linear("mlp.fc2", inner, hidden, "feed-forward output"),
      ],
      otherEmbeddings: hidden * (pixels + patches + width), // patches, positions, projection
      norms: sumOf([4 * hidden * layers, hidden, 2 * hidden, hidden]), // Conv2d's bias, last LayerNorm, soft norm
    },
    pixels,
    patchesPerToken: patches / whole.sizeOr("mm_tokens_per_image", () => 256),
    outputs: 1,
    around: { norms: 0, others: 2 * hidden }, // last norm, pooling
    rotary: false,
    floatPositions: false,
    hooksInput: true,
    masksText: true,
  };
}
