import type { ConfigReader } from "../config-reader.ts";
import type { LinearInput, ModelLinear } from "../linear-shapes.ts";
import type { ModelParts } from "../parts.ts";
import { layerLinear, splitLayers } from "./blocks.ts";

/** Fused input matrices in linear attention: two, or one for q, k and v beside separate matrices for z, b and a. */
export type LinearAttention = "qkvz and ba" | "qkv";

const layerTypes = ["linear_attention", "full_attention"] as const;

/**
 * Replaces softmax attention by a gated DeltaNet in layers that the config lists (default: all but every fourth). Other
 * layers gate their result, so `q_proj` is twice as wide. `parts` have softmax attention throughout. Source:
 * transformers 5.24, modeling for qwen3_next, qwen3_5 and qwen3_5_moe
 */
export function withLinearAttention(
  fused: LinearAttention,
  parts: ModelParts,
  config: ConfigReader,
): ModelParts {
  const { layers, hiddenSize, headDim } = parts;
  const interval = config.sizeOr("full_attention_interval", () => 4);
  const types = config.has("layer_types") ? config.choices("layer_types", layers, layerTypes) : undefined;
  const { chosen: full, others: inLayers } = splitLayers(layers, (layer) =>
    types === undefined ? (layer + 1) % interval === 0 : types[layer] === "full_attention",
  );
  const keyHeads = config.size("linear_num_key_heads");
  const valueHeads = config.size("linear_num_value_heads");
  config.divisible("linear_num_value_heads", "linear_num_key_heads");
  const valueHeadDim = config.size("linear_value_head_dim");
  const keyDim = keyHeads * config.size("linear_key_head_dim");
  const valueDim = valueHeads * valueHeadDim;
  const kernel = config.size("linear_conv_kernel_dim");

  const linear = (name: string, inDim: number, outDim: number, reads: LinearInput = "attention") =>
    layerLinear(layers, `linear_attn.${name}`, inDim, outDim, reads, { inLayers });
  const ofHeads = (name: string, outDim: number): ModelLinear => ({
    ...linear(name, hiddenSize, outDim),
    limitsRank: false,
  });
  const inputs =
    fused === "qkv"
      ? [
          linear("in_proj_qkv", hiddenSize, 2 * keyDim + valueDim),
          linear("in_proj_z", hiddenSize, valueDim),
          ofHeads("in_proj_b", valueHeads),
          ofHeads("in_proj_a", valueHeads),
        ]
      : [linear("in_proj_qkvz", hiddenSize, 2 * (keyDim + valueDim)), ofHeads("in_proj_ba", 2 * valueHeads)];
  // Convolution on q, k and v; time step and decay per head; norm on each head's result.
  const vectors = kernel * (2 * keyDim + valueDim) + 2 * valueHeads + valueHeadDim;
  return {
    ...parts,
    linears: [
      ...inputs,
      linear("out_proj", valueDim, hiddenSize, "attention output"),
      ...parts.linears.map((each) => (each.path.startsWith("self_attn.") ? gated(each, full) : each)),
    ],
    norms: parts.norms + inLayers.length * (vectors - 2 * headDim),
    unmodelled: [
      {
        ...{ what: "activations of linear attention", direction: "either" },
        sentence:
          `${inLayers.length} of ${layers} layers have linear attention (gated DeltaNet). Its weights are exact, its activations ` +
          "are not modelled: they are counted as those of the layers with softmax attention.",
      },
    ],
  };
}

/** Query layers in `full` also compute the result's gate. */
function gated({ inLayers: _, ...linear }: ModelLinear, full: readonly number[]): ModelLinear {
  const factor = linear.name === "q_proj" ? 2 : 1;
  return { ...linear, outDim: factor * linear.outDim, inLayers: full, count: full.length };
}
