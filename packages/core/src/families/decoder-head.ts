import type { ModelLinear } from "../linear-shapes.ts";
import type { ModelHead } from "../shape.ts";

/** The output projection of a decoder, tied to the token embedding or not. */
export function lmHead(hiddenSize: number, vocabSize: number): ModelLinear {
  return {
    name: "lm_head",
    inDim: hiddenSize,
    outDim: vocabSize,
    count: 1,
    path: "lm_head",
    role: "output",
    reads: "head",
    bias: false,
  };
}

/** `lm_head` `[vocab, hidden]` unless tied, or `score` `[labels, hidden]`; neither has a bias. */
export function decoderHeadTensors(
  head: ModelHead,
  hiddenSize: number,
  vocabSize: number,
  tied: boolean,
): number[][] {
  switch (head.kind) {
    case "causal-lm":
      return tied ? [] : [[vocabSize, hiddenSize]];
    case "sequence-classification":
      return [[head.labels, hiddenSize]];
    case "none":
      return [];
  }
}
