import { architectureOf } from "./architecture.ts";
import { layerLinear } from "./layer-linear.ts";
import { MOST_HEAD_WIDTH, readDecoder } from "./sizes.ts";

/**
 * The first Qwen: RMSNorm, and one matrix for q, k and v with a bias. Its gated MLP has half its `intermediate_size`,
 * with `w2` the gate and `w1` up.
 *
 * Source: modeling_qwen.py of https://huggingface.co/Qwen/Qwen-7B
 */
export const qwenArchitecture = architectureOf({ qwen: {} }, (_, config) => {
  const sizes = readDecoder(config, { absentTied: undefined });
  const { hiddenSize, layers, heads } = sizes;
  if (sizes.intermediateSize % 2 !== 0) config.problem("intermediate_size", "even");
  const headDim = config.size("kv_channels", MOST_HEAD_WIDTH);
  const bias = !config.flag("no_bias");

  const width = sizes.intermediateSize / 2;
  const queryDim = heads * headDim;
  return {
    family: "llama",
    ...sizes,
    intermediateSize: width,
    kvHeads: heads,
    headDim,
    block: {
      norm: "rmsnorm",
      norms: 2,
      normInputs: 2,
      queryKeyNorm: false,
      queryDim,
      keyDim: queryDim,
      valueDim: queryDim,
      fusedQkv: true,
      feedForward: { gated: true, width },
    },
    paths: ["transformer", "h"],
    linears: [
      layerLinear(layers, "attn.c_attn", hiddenSize, 3 * queryDim, "attention", { bias: true }),
      layerLinear(layers, "attn.c_proj", queryDim, hiddenSize, "attention output", {
        bias,
        name: "attn.c_proj",
      }),
      layerLinear(layers, "mlp.w2", hiddenSize, width, "feed-forward", { bias }),
      layerLinear(layers, "mlp.w1", hiddenSize, width, "feed-forward", { bias }),
      layerLinear(layers, "mlp.c_proj", width, hiddenSize, "feed-forward output", {
        bias,
        name: "mlp.c_proj",
      }),
    ],
    norms: (2 * layers + 1) * hiddenSize,
  };
});
