import { readActivation } from "./activation.ts";
import { ConfigReader } from "./config.ts";
import { decoder, QKV, readDecoder } from "./decoder.ts";
import type { Family } from "./family.ts";
import { layerKinds } from "./layer-kinds.ts";
import { readRope } from "./rope.ts";

type Config = Readonly<Record<string, unknown>>;

function readGemma(config: Config, read: ConfigReader) {
  return {
    ...readDecoder(config, read, ["num_key_value_heads", "head_dim"]),
    tied: read.flag("tie_word_embeddings", true),
    gemma: true,
    sandwichNorms: true,
    activation: readActivation(read, "hidden_activation", "gelu_pytorch_tanh"),
    attentionScale: read.number("query_pre_attn_scalar") ** -0.5,
    attentionSoftcap: read.numberIfAny("attn_logit_softcapping"),
    logitSoftcap: read.numberIfAny("final_logit_softcapping"),
    biases: read.flag("attention_bias", false) ? [...QKV, "self_attn.o_proj"] : [],
  };
}

/** Gemma 2: every other layer has a window. Source: https://arxiv.org/abs/2408.00118; Gemma2ForCausalLM of transformers 5.24. */
export function gemma2(config: Config): Family {
  const read = new ConfigReader(config);
  const common = readGemma(config, read);
  const { layers, headDim } = common.sizes;
  const options = {
    ...common,
    modelType: "gemma2",
    kindOf: layerKinds(config, read, {
      layers,
      full: readRope(config, read, { headDim, theta: 10_000 }),
      window: read.size("sliding_window", 4096),
      slides: (layer) => layer % 2 === 0,
    }),
  };
  read.finish();
  return decoder(options);
}

/**
 * The text model of Gemma 3: norms on the heads of q and k, five layers with a window and rotary positions of their
 * own to each one without. Source: https://arxiv.org/abs/2503.19786; Gemma3ForCausalLM of transformers 5.24.
 */
export function gemma3(config: Config): Family {
  const read = new ConfigReader(config);
  const common = readGemma(config, read);
  const { layers, headDim } = common.sizes;
  const pattern = read.size("sliding_window_pattern", read.size("_sliding_window_pattern", 6));
  const ropes = ropeFields(config);
  const options = {
    ...common,
    modelType: "gemma3_text",
    queryKeyNorm: true,
    kindOf: layerKinds(config, read, {
      layers,
      full: readRope(config, read, { headDim, theta: 1_000_000, fields: ropes.full }),
      sliding: readRope(config, read, { headDim, theta: 10_000, fields: ropes.sliding }),
      window: read.size("sliding_window", 4096),
      slides: (layer) => (layer + 1) % pattern !== 0,
    }),
  };
  read.finish();
  return decoder(options);
}

/** transformers 5 keeps one set of fields a layer type, transformers 4 a second theta: `rope_local_base_freq`. */
function ropeFields(config: Config): { full: Config; sliding: Config } {
  const nested = config.rope_parameters as
    | { readonly full_attention?: Config; readonly sliding_attention?: Config }
    | null
    | undefined;
  if (nested?.full_attention !== undefined) {
    return { full: nested.full_attention, sliding: nested.sliding_attention ?? {} };
  }
  const scaling = (config.rope_scaling ?? {}) as Config;
  return {
    full: { rope_theta: config.rope_theta, ...scaling },
    sliding: { rope_theta: config.rope_local_base_freq },
  };
}
