import type { TrainableModel } from "@lorank/core/models";
import { ops, type Value } from "@lorank/graph";
import {
  type Family,
  headlessShape,
  type ModuleWeights,
  readFamily,
  type TokenLayout,
  type VectorWeight,
} from "./family.ts";
import {
  activations,
  applyLayerNorm,
  attention,
  decoderHead,
  layerNormVectors,
  takeQueryRows,
} from "./layers.ts";

const { add, constant, mul, reshape, rmsNorm, sliceLast } = ops;

const QKV = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"] as const;
const GATE_UP = ["mlp.gate_proj", "mlp.up_proj"] as const;

/**
 * Llama and successors: pre-norm blocks, grouped-query attention, rotary positions, gated feed-forward. Sources: Llama,
 * https://arxiv.org/abs/2302.13971; Mistral, 2310.06825; Qwen 2 and 3, 2412.15115 and 2505.09388; Gemma 2 and 3,
 * 2408.00118 and 2503.19786; Phi-3, 2404.14219.
 */
export function decoder(model: TrainableModel): Family {
  const {
    hiddenSize: hidden,
    intermediateSize: intermediate,
    block: traits,
    ...shape
  } = headlessShape(model);
  const { heads, kvHeads, headDim } = shape;
  const { queryDim, keyDim: kvDim, fusedQkv: fused, queryKeyNorm } = traits;
  const { normEpsilon, activation, attentionScale: scale, attentionSoftcap } = model.computation;
  const sandwichNorms = traits.norms === 4;
  /** Gemma: norms multiply by 1 + weight, embeddings by √hidden. */
  const gemma = model.modelType.startsWith("gemma");
  const neutral = gemma ? 0 : 1;
  const embedding = "model.embed_tokens.weight";
  const norm = (x: Value, weights: ModuleWeights, name: string): Value =>
    rmsNorm(x, gain(weights.vector(`${name}.weight`), gemma), normEpsilon);

  return {
    ...readFamily(model),
    attends: "causal",
    embeddings: { tokens: embedding, scale: gemma ? Math.fround(Math.sqrt(hidden)) : 1 },
    vectors: vectors(),
    keyValuePaths: new Set(fused ? ["self_attn.qkv_proj"] : ["self_attn.k_proj", "self_attn.v_proj"]),
    block,
    head: decoderHead(model, {
      embedding,
      norm: {
        vectors: [{ name: "model.norm.weight", size: hidden, neutral }],
        apply: (x, w) => norm(x, w, "model.norm"),
      },
    }),
  };

  function vectors(): VectorWeight[] {
    const names = ["input_layernorm", "post_attention_layernorm"];
    if (sandwichNorms) names.push("pre_feedforward_layernorm", "post_feedforward_layernorm");
    return [
      ...names.map((name) => ({ name: `${name}.weight`, size: hidden, neutral }) as const),
      ...(queryKeyNorm
        ? ["self_attn.q_norm", "self_attn.k_norm"].map(
            (name) => ({ name: `${name}.weight`, size: headDim, neutral }) as const,
          )
        : []),
    ];
  }

  function block(x: Value, weights: ModuleWeights, tokens: TokenLayout): Value {
    const normed = norm(x, weights, "input_layernorm");
    const [q, k, v] = queryKeyValue(normed, weights, tokens);
    const perHead = (value: Value, name: string): Value =>
      queryKeyNorm
        ? reshape(norm(reshape(value, [headRows(value), headDim]), weights, name), value.shape)
        : value;
    const mixed = attention(
      perHead(q, "self_attn.q_norm"),
      perHead(k, "self_attn.k_norm"),
      v,
      { heads, kvHeads, headDim, scale, softcap: attentionSoftcap },
      tokens,
    );
    const attentionOut = weights.linear(mixed, "self_attn.o_proj");
    const residual = takeQueryRows(x, tokens);
    if (!sandwichNorms) {
      const attended = add(residual, attentionOut);
      return add(attended, feedForward(norm(attended, weights, "post_attention_layernorm"), weights));
    }
    const attended = add(residual, norm(attentionOut, weights, "post_attention_layernorm"));
    const out = feedForward(norm(attended, weights, "pre_feedforward_layernorm"), weights);
    return add(attended, norm(out, weights, "post_feedforward_layernorm"));
  }

  /** Queries for the query tokens, keys and values for all tokens. */
  function queryKeyValue(x: Value, weights: ModuleWeights, tokens: TokenLayout): [Value, Value, Value] {
    if (!fused) {
      return [
        weights.linear(takeQueryRows(x, tokens), QKV[0]),
        weights.linear(x, QKV[1]),
        weights.linear(x, QKV[2]),
      ];
    }
    const qkv = weights.linear(x, "self_attn.qkv_proj");
    return [
      takeQueryRows(sliceLast(qkv, 0, queryDim), tokens),
      sliceLast(qkv, queryDim, kvDim),
      sliceLast(qkv, queryDim + kvDim, kvDim),
    ];
  }

  function feedForward(x: Value, weights: ModuleWeights): Value {
    const [gate, up] = gateUp(x, weights);
    return weights.linear(mul(activations[activation](gate), up), "mlp.down_proj");
  }

  function gateUp(x: Value, weights: ModuleWeights): [Value, Value] {
    if (!fused) return [weights.linear(x, GATE_UP[0]), weights.linear(x, GATE_UP[1])];
    const both = weights.linear(x, "mlp.gate_up_proj"); // [tokens, 2 * intermediate]
    return [sliceLast(both, 0, intermediate), sliceLast(both, intermediate, intermediate)];
  }

  function headRows(x: Value): number {
    return (x.shape[0]! * x.shape[1]!) / headDim;
  }
}

function gain(weight: Value, gemma: boolean): Value {
  return gemma ? add(weight, constant(1)) : weight;
}

/**
 * GPT-2: pre-norm blocks, LayerNorm, learned positions, transposed weights (Conv1D). Source: Radford et al., 2019,
 * "Language models are unsupervised multitask learners"; GPT2LMHeadModel of transformers 5.24.
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
