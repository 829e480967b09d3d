import { InputError } from "@lorank/core";
import { add, type Value } from "@lorank/graph";
import { attention, queryRows } from "./attention.ts";
import type {
  Embeddings,
  Family,
  Head,
  HeadModule,
  LinearLayer,
  ModuleWeights,
  TokenLayout,
} from "./family.ts";
import { applyLayerNorm, layerNormVectors } from "./layer-norm.ts";

/** Where a family keeps the layers of a block. */
export interface EncoderPaths {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly attentionOut: string;
  readonly attentionNorm: string;
  readonly up: string;
  readonly down: string;
  readonly outputNorm: string;
}

export interface EncoderOptions {
  readonly modelType: string;
  /** `bert.` */
  readonly basePrefix: string;
  readonly blockPath: (layer: number) => string;
  readonly paths: EncoderPaths;
  readonly hidden: number;
  readonly intermediate: number;
  readonly heads: number;
  readonly layers: number;
  readonly vocabSize: number;
  readonly maxPositions: number;
  readonly padTokenId: number;
  readonly initializerRange: number;
  readonly epsilon: number;
  readonly activation: (x: Value) => Value;
  /** The tables; their norm is added here. */
  readonly embeddings: Pick<Embeddings, "tokens" | "positions" | "types">;
  /** Name of the norm behind the embeddings. */
  readonly embeddingNorm: string;
  readonly classifier: (labels: number) => HeadModule;
}

/**
 * Post-norm blocks in which every token sees all others: BERT and what came of it.
 * Source: Devlin et al., https://arxiv.org/abs/1810.04805; tensor names as in transformers.
 */
export function encoder(options: EncoderOptions): Family {
  const { hidden, intermediate, heads, epsilon, paths } = options;
  const linear = (path: string, inDim: number, outDim: number): LinearLayer => ({
    path,
    inDim,
    outDim,
    bias: true,
  });
  const norm = applyLayerNorm(epsilon);
  const shape = { heads, kvHeads: heads, headDim: hidden / heads };

  return {
    modelType: options.modelType,
    layers: options.layers,
    hiddenSize: hidden,
    vocabSize: options.vocabSize,
    maxPositions: options.maxPositions,
    padTokenId: options.padTokenId,
    initializerRange: options.initializerRange,
    basePrefix: options.basePrefix,
    attends: "bidirectional",
    embeddings: {
      ...options.embeddings,
      scale: 1,
      norm: {
        linears: [],
        vectors: layerNormVectors(options.embeddingNorm, hidden),
        apply: (x, weights) => norm(x, weights, options.embeddingNorm),
      },
    },
    linears: [
      linear(paths.query, hidden, hidden),
      linear(paths.key, hidden, hidden),
      linear(paths.value, hidden, hidden),
      linear(paths.attentionOut, hidden, hidden),
      linear(paths.up, hidden, intermediate),
      linear(paths.down, intermediate, hidden),
    ],
    vectors: [
      ...layerNormVectors(paths.attentionNorm, hidden),
      ...layerNormVectors(paths.outputNorm, hidden),
    ],
    keyValuePaths: new Set([paths.key, paths.value]),
    blockPath: options.blockPath,
    kindOf: () => ({ name: "full" }),
    block,
    head,
  };

  function head(task: Head): HeadModule {
    if (task.kind === "classification") return options.classifier(task.labels);
    throw new InputError(
      "E_TASK",
      `task must be classification for a model of type ${options.modelType}, in which every token sees those after it, got ${task.kind}`,
    );
  }

  function block(x: Value, weights: ModuleWeights, tokens: TokenLayout): Value {
    const asking = queryRows(x, tokens);
    const mixed = attention(
      weights.linear(asking, paths.query),
      weights.linear(x, paths.key),
      weights.linear(x, paths.value),
      shape,
      tokens,
    );
    const attended = norm(
      add(weights.linear(mixed, paths.attentionOut), asking),
      weights,
      paths.attentionNorm,
    );
    const inside = options.activation(weights.linear(attended, paths.up));
    return norm(add(weights.linear(inside, paths.down), attended), weights, paths.outputNorm);
  }
}
