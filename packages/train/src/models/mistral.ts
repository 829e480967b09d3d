import { readActivation } from "./activation.ts";
import { ConfigReader } from "./config.ts";
import { decoder, readDecoder } from "./decoder.ts";
import type { Family } from "./family.ts";
import { layerKinds } from "./layer-kinds.ts";
import { readRope } from "./rope.ts";

/** What MistralConfig takes an absent `sliding_window` for; null means none. */
const USUAL_WINDOW = 4096;

/**
 * Mistral: Llama with a window in every layer, in its first version.
 * Source: Jiang et al., https://arxiv.org/abs/2310.06825; MistralForCausalLM of transformers 5.24.
 */
export function mistral(config: Readonly<Record<string, unknown>>): Family {
  const read = new ConfigReader(config);
  const common = readDecoder(config, read, ["num_key_value_heads"]);
  const window = config.sliding_window === undefined ? USUAL_WINDOW : read.sizeIfAny("sliding_window");
  const options = {
    ...common,
    modelType: "mistral",
    tied: read.flag("tie_word_embeddings", false),
    activation: readActivation(read, "hidden_act", "silu"),
    kindOf: layerKinds({}, read, {
      layers: common.sizes.layers,
      full: readRope(config, read, { headDim: common.sizes.headDim, theta: 10_000 }),
      window,
      slides: () => true,
    }),
  };
  read.finish();
  return decoder(options);
}
