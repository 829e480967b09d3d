import { readActivation } from "./activation.ts";
import { ConfigReader } from "./config.ts";
import { decoder, QKV, readDecoder } from "./decoder.ts";
import type { Family } from "./family.ts";
import { readRope } from "./rope.ts";

/**
 * Llama 2 and 3, and what has their architecture: SmolLM2, TinyLlama.
 * Source: Touvron et al., https://arxiv.org/abs/2302.13971; LlamaForCausalLM of transformers 5.24.
 */
export function llama(config: Readonly<Record<string, unknown>>): Family {
  const read = new ConfigReader(config);
  const common = readDecoder(config, read);
  const rope = readRope(config, read, { headDim: common.sizes.headDim, theta: 10_000 });
  const options = {
    ...common,
    modelType: "llama",
    tied: read.flag("tie_word_embeddings", false),
    activation: readActivation(read, "hidden_act", "silu"),
    biases: [
      ...(read.flag("attention_bias", false) ? [...QKV, "self_attn.o_proj"] : []),
      ...(read.flag("mlp_bias", false) ? ["mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"] : []),
    ],
    kindOf: () => ({ name: "full", rope }),
  };
  read.finish();
  return decoder(options);
}
