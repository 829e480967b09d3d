import type { TrainableModel } from "@lorank/core";
import { softcap, type Value } from "@lorank/graph";
import type { Head, HeadModule, ModuleWeights, VectorWeight } from "./family.ts";

export interface DecoderHeadOptions {
  /** Name of the embedding table, which is the output layer too where the two are tied. */
  readonly embedding: string;
  /** The norm behind the last block. */
  readonly norm: {
    readonly vectors: readonly VectorWeight[];
    apply(x: Value, weights: ModuleWeights): Value;
  };
}

/** A decoder's heads: the final norm, then `lm_head` over the vocabulary or `score` over the classes. */
export function decoderHead({ shape: shapeWith, computation }: TrainableModel, options: DecoderHeadOptions) {
  const { embedding, norm } = options;
  const { logitSoftcap } = computation;
  return (head: Head): HeadModule => {
    const shape = shapeWith(head);
    const linears = shape.headLinears.map((linear) =>
      shape.tied ? { ...linear, weightName: embedding } : linear,
    );
    const last = linears[0]!.path;
    const classifies = head.kind === "classification";
    return {
      shape,
      linears,
      vectors: norm.vectors,
      reads: classifies ? "one" : "all",
      logits: (x, weights) => {
        const logits = weights.linear(norm.apply(x, weights), last);
        return classifies || logitSoftcap === null ? logits : softcap(logits, logitSoftcap);
      },
    };
  };
}
