import type { LinearInput } from "../linear-shapes.ts";
import { decoderShape, layerLinear, layerPlace } from "./decoder.ts";
import { type Family, familyOf } from "./family.ts";

/**
 * Shape of a decoder with LayerNorm, learned positions, one matrix for q, k and v, and a plain MLP.
 *
 * Every linear layer has a bias. Its weight is a Conv1D, stored `[inDim, outDim]` in the checkpoint; an adapter's A and
 * B have their usual shapes.
 *
 * Source: transformers 5.24, configuration and modeling of gpt2
 */
export const gpt2Family: Family = familyOf(
  { gpt2: {} },
  { kind: "causal-lm" },
  (modelType, _, config, head) => {
    const hiddenSize = config.size("n_embd");
    const intermediateSize = config.sizeOr("n_inner", () => 4 * hiddenSize);
    const layers = config.size("n_layer");
    const heads = config.size("n_head");
    config.divisible("n_embd", "n_head");
    const vocabSize = config.size("vocab_size");
    const positions = config.size("n_positions");
    if (config.flag("add_cross_attention", false)) config.problem("add_cross_attention", "false");
    const tied = head.kind === "causal-lm" && config.flag("tie_word_embeddings", true);
    config.finish();

    const place = layerPlace("transformer", "h", layers, head);
    const linear = (path: string, inDim: number, outDim: number, reads: LinearInput, name: string) =>
      layerLinear(place, path, inDim, outDim, reads, { bias: true, name });
    return decoderShape({
      modelType,
      family: "gpt2",
      head,
      hiddenSize,
      intermediateSize,
      layers,
      heads,
      kvHeads: heads,
      headDim: hiddenSize / heads,
      vocabSize,
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
      tied,
      linears: [
        linear("attn.c_attn", hiddenSize, 3 * hiddenSize, "attention", "c_attn"),
        linear("attn.c_proj", hiddenSize, hiddenSize, "attention output", "attn.c_proj"),
        linear("mlp.c_fc", hiddenSize, intermediateSize, "feed-forward", "c_fc"),
        linear("mlp.c_proj", intermediateSize, hiddenSize, "feed-forward output", "mlp.c_proj"),
      ],
      positions,
      norms: (2 * layers + 1) * 2 * hiddenSize, // two a layer, one behind the last; gain and bias each
    });
  },
);
