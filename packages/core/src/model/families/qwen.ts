import { decoderShape, layerLinear, layerPlace } from "./decoder.ts";
import { type Family, familyOf } from "./family.ts";

/**
 * Shape of the first Qwen: RMSNorm, one matrix for q, k and v with a bias, and a gated MLP of half its
 * `intermediate_size`, with `w2` the gate and `w1` up.
 *
 * Source: modeling_qwen.py of https://huggingface.co/Qwen/Qwen-7B
 */
export const qwenFamily: Family = familyOf(
  { qwen: {} },
  { kind: "causal-lm" },
  (modelType, _, config, head) => {
    const hiddenSize = config.size("hidden_size");
    const intermediateSize = config.size("intermediate_size");
    if (intermediateSize % 2 !== 0) config.problem("intermediate_size", "even");
    const layers = config.size("num_hidden_layers");
    const heads = config.size("num_attention_heads");
    const headDim = config.size("kv_channels");
    const vocabSize = config.size("vocab_size");
    const bias = !config.flag("no_bias");
    const tied = head.kind === "causal-lm" && config.flag("tie_word_embeddings");
    config.finish();

    const width = intermediateSize / 2;
    const queryDim = heads * headDim;
    const place = layerPlace("transformer", "h", layers, head);
    return decoderShape({
      modelType,
      family: "llama",
      head,
      hiddenSize,
      intermediateSize: width,
      layers,
      heads,
      kvHeads: heads,
      headDim,
      vocabSize,
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
      tied,
      linears: [
        layerLinear(place, "attn.c_attn", hiddenSize, 3 * queryDim, "attention", { bias: true }),
        layerLinear(place, "attn.c_proj", queryDim, hiddenSize, "attention output", {
          bias,
          name: "attn.c_proj",
        }),
        layerLinear(place, "mlp.w2", hiddenSize, width, "feed-forward", { bias }),
        layerLinear(place, "mlp.w1", hiddenSize, width, "feed-forward", { bias }),
        layerLinear(place, "mlp.c_proj", width, hiddenSize, "feed-forward output", {
          bias,
          name: "mlp.c_proj",
        }),
      ],
      norms: (2 * layers + 1) * hiddenSize,
    });
  },
);
