import type { TrainableModel } from "@lorank/core";
import { add, sliceLast, type Value } from "@lorank/graph";
import { activations } from "./activation.ts";
import { attention, takeQueryRows } from "./attention.ts";
import { decoderHead } from "./decoder-head.ts";
import type { Family, ModuleWeights, TokenLayout } from "./family.ts";
import { applyLayerNorm, layerNormVectors } from "./layer-norm.ts";
import { headlessShape, readFamily } from "./read-family.ts";

/**
 * GPT-2: pre-norm blocks with LayerNorm, learned positions, and weights that are stored transposed (Conv1D).
 * Source: Radford et al., 2019, "Language models are unsupervised multitask learners"; GPT2LMHeadModel of
 * transformers 5.24.
 */
export function gpt2(model: TrainableModel): Family {
  const { hiddenSize: hidden, positions, heads, kvHeads, headDim } = headlessShape(model);
  const { normEpsilon, activation, attentionScale: scale } = model.computation;
  const norm = applyLayerNorm(normEpsilon);
  const embedding = "transformer.wte.weight";
  return {
    ...readFamily(model),
    attends: "causal",
    embeddings: {
      tokens: embedding,
      positions: { name: "transformer.wpe.weight", rows: positions, numbering: "column" },
      scale: 1,
    },
    vectors: [...layerNormVectors("ln_1", hidden), ...layerNormVectors("ln_2", hidden)],
    keyValuePaths: new Set(["attn.c_attn"]),
    block,
    head: decoderHead(model, {
      embedding,
      norm: {
        vectors: layerNormVectors("transformer.ln_f", hidden),
        apply: (x, weights) => norm(x, weights, "transformer.ln_f"),
      },
    }),
  };

  function block(x: Value, weights: ModuleWeights, tokens: TokenLayout): Value {
    const qkv = weights.linear(norm(x, weights, "ln_1"), "attn.c_attn"); // [tokens, 3 * hidden]
    const mixed = attention(
      takeQueryRows(sliceLast(qkv, 0, hidden), tokens),
      sliceLast(qkv, hidden, hidden),
      sliceLast(qkv, 2 * hidden, hidden),
      { heads, kvHeads, headDim, scale },
      tokens,
    );
    const attended = add(takeQueryRows(x, tokens), weights.linear(mixed, "attn.c_proj"));
    const inside = activations[activation](weights.linear(norm(attended, weights, "ln_2"), "mlp.c_fc"));
    return add(attended, weights.linear(inside, "mlp.c_proj"));
  }
}
