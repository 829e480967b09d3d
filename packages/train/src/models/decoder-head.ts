import type { Value } from "@lorank/graph";
import type { Head, HeadModule, ModuleWeights, VectorWeight } from "./family.ts";

export interface DecoderHeadOptions {
  readonly hidden: number;
  readonly vocabSize: number;
  /** The norm behind the last block. */
  readonly norm: {
    readonly vectors: readonly VectorWeight[];
    apply(x: Value, weights: ModuleWeights): Value;
  };
  /** Name of the embedding table that is the output layer too. */
  readonly tiedTo?: string;
  /** Applied to the logits of the vocabulary. */
  readonly cap?: (logits: Value) => Value;
}

/** A decoder's heads: the final norm, then `lm_head` over the vocabulary or `score` over the classes. */
export function decoderHead({ hidden, vocabSize, norm, tiedTo, cap }: DecoderHeadOptions) {
  return (head: Head): HeadModule => {
    const { vectors } = norm;
    if (head.kind === "classification") {
      return {
        linears: [{ path: "score", inDim: hidden, outDim: head.labels }],
        vectors,
        reads: "one",
        trained: ["score"],
        targets: [],
        logits: (x, weights) => weights.linear(norm.apply(x, weights), "score"),
      };
    }
    const weightName = tiedTo === undefined ? {} : { weightName: tiedTo };
    return {
      linears: [{ path: "lm_head", inDim: hidden, outDim: vocabSize, ...weightName }],
      vectors,
      reads: "all",
      trained: [],
      targets: [],
      logits: (x, weights) => {
        const logits = weights.linear(norm.apply(x, weights), "lm_head");
        return cap ? cap(logits) : logits;
      },
    };
  };
}
