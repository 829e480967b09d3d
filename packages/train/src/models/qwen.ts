import { readActivation } from "./activation.ts";
import { ConfigReader } from "./config.ts";
import { decoder, QKV, readDecoder } from "./decoder.ts";
import type { Family } from "./family.ts";
import { layerKinds } from "./layer-kinds.ts";
import { readRope } from "./rope.ts";

type Config = Readonly<Record<string, unknown>>;

/** What both have: Llama's blocks, and a window in the layers from `max_window_layers` on where it is switched on. */
function readQwen(config: Config, read: ConfigReader, required: Parameters<typeof readDecoder>[2]) {
  const common = readDecoder(config, read, required);
  const windowed = read.flag("use_sliding_window", false);
  const firstWindowed = windowed ? read.number("max_window_layers") : Number.POSITIVE_INFINITY;
  return {
    ...common,
    tied: read.flag("tie_word_embeddings", false),
    activation: readActivation(read, "hidden_act", "silu"),
    kindOf: layerKinds(config, read, {
      layers: common.sizes.layers,
      full: readRope(config, read, { headDim: common.sizes.headDim, theta: 10_000 }),
      window: windowed ? read.size("sliding_window", 4096) : undefined,
      slides: (layer) => layer >= firstWindowed,
    }),
  };
}

/** Qwen 2 and 2.5: biases on q, k and v. Source: https://arxiv.org/abs/2412.15115; Qwen2ForCausalLM of transformers 5.24. */
export function qwen2(config: Config): Family {
  const read = new ConfigReader(config);
  const options = { ...readQwen(config, read, ["num_key_value_heads"]), modelType: "qwen2", biases: QKV };
  read.finish();
  return decoder(options);
}

/** Qwen 3: norms on the heads of q and k. Source: https://arxiv.org/abs/2505.09388; Qwen3ForCausalLM of transformers 5.24. */
export function qwen3(config: Config): Family {
  const read = new ConfigReader(config);
  const options = {
    ...readQwen(config, read, ["num_key_value_heads", "head_dim"]),
    modelType: "qwen3",
    queryKeyNorm: true,
    biases: read.flag("attention_bias", false) ? [...QKV, "self_attn.o_proj"] : [],
  };
  read.finish();
  return decoder(options);
}
