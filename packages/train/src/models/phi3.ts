import { readActivation } from "./activation.ts";
import { ConfigReader } from "./config.ts";
import { decoder, readDecoder } from "./decoder.ts";
import type { Family } from "./family.ts";
import { layerKinds } from "./layer-kinds.ts";
import { readRope } from "./rope.ts";

/** Phi-3: Llama with fused projections. Source: https://arxiv.org/abs/2404.14219; Phi3ForCausalLM of transformers 5.24. */
export function phi3(config: Readonly<Record<string, unknown>>): Family {
  const read = new ConfigReader(config);
  const common = readDecoder(config, read);
  const options = {
    ...common,
    modelType: "phi3",
    fused: true,
    tied: read.flag("tie_word_embeddings", false),
    activation: readActivation(read, "hidden_act", "silu"),
    kindOf: layerKinds({}, read, {
      layers: common.sizes.layers,
      full: readRope(config, read, { headDim: common.sizes.headDim, theta: 10_000 }),
      window: read.sizeIfAny("sliding_window"),
      slides: () => true,
    }),
  };
  read.finish();
  return decoder(options);
}
