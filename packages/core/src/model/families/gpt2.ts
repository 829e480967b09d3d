import type { LinearInput } from "../linear-shapes.ts";
import { architectureOf } from "./architecture.ts";
import { layerLinear } from "./layer-linear.ts";
import { readDecoder } from "./sizes.ts";

const fields = { hidden: "n_embd", intermediate: null, layers: "n_layer", heads: "n_head" };

/**
 * A decoder with LayerNorm, learned positions, one matrix for q, k and v, and a plain MLP.
 *
 * Every linear layer has a bias. Its weight is a Conv1D, stored `[inDim, outDim]` in the checkpoint; A and B of an
 * adapter are not transposed.
 *
 * Source: transformers 5.24, configuration and modeling of gpt2
 */
export const gpt2Architecture = architectureOf({ gpt2: {} }, (_, config) => {
  const sizes = readDecoder(config, { fields, absentTied: true });
  const { hiddenSize, layers, heads } = sizes;
  const intermediateSize = config.sizeOr("n_inner", () => sizes.intermediateSize);
  config.divisible("n_embd", "n_head");
  const positions = config.size("n_positions");
  config.only("add_cross_attention", false);

  const linear = (path: string, inDim: number, outDim: number, reads: LinearInput, name: string) =>
    layerLinear(layers, path, inDim, outDim, reads, { bias: true, transposed: true, name });
  return {
    family: "gpt2",
    ...sizes,
    intermediateSize,
    kvHeads: heads,
    headDim: hiddenSize / heads,
    block: {
      norm: "layernorm",
      norms: 2,
      normInputs: 2,
      queryKeyNorm: false,
      queryDim: hiddenSize,
      keyDim: hiddenSize,
      valueDim: hiddenSize,
      fusedQkv: true,
      feedForward: { gated: false, width: intermediateSize },
    },
    paths: ["transformer", "h"],
    linears: [
      linear("attn.c_attn", hiddenSize, 3 * hiddenSize, "attention", "c_attn"),
      linear("attn.c_proj", hiddenSize, hiddenSize, "attention output", "attn.c_proj"),
      linear("mlp.c_fc", hiddenSize, intermediateSize, "feed-forward", "c_fc"),
      linear("mlp.c_proj", intermediateSize, hiddenSize, "feed-forward output", "mlp.c_proj"),
    ],
    positions,
    norms: (2 * layers + 1) * 2 * hiddenSize, // two a layer, one behind the last; gain and bias each
  };
});
