import {
  type LinearInput,
  type ModelLinear,
  sumOf,
  tensorElements,
  weightElements,
} from "../linear-shapes.ts";
import type { BlockShape, ModelHead, ModelShape, ModelType } from "../shape.ts";

/** What a decoder is made of; {@link decoderShape} counts it. */
export interface DecoderParts {
  readonly modelType: ModelType;
  readonly family: ModelShape["family"];
  readonly head: ModelHead;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly vocabSize: number;
  readonly block: BlockShape;
  readonly tied: boolean;
  /** Those of no layer are left out; so with experts and routers. */
  readonly linears: readonly ModelLinear[];
  readonly experts?: readonly ModelLinear[];
  readonly routers?: readonly ModelLinear[];
  /** Rows of the table of learned positions (default 0). */
  readonly positions?: number;
  /** Elements of all normalisations, and of other vectors. */
  readonly norms: number;
  /** Whether the output projection adds a bias `[vocab]` (default false). */
  readonly headBias?: boolean;
}

/** The shape of a decoder, with all of its parameters counted. */
export function decoderShape(parts: DecoderParts): ModelShape {
  const { modelType, family, head, hiddenSize, vocabSize, tied, headBias = false } = parts;
  const { positions = 0, norms } = parts;
  const [linears, experts, routers] = [parts.linears, parts.experts ?? [], parts.routers ?? []].map((list) =>
    list.filter(({ count }) => count > 0),
  ) as [ModelLinear[], ModelLinear[], ModelLinear[]];
  const headTensors = decoderHeadTensors(head, hiddenSize, vocabSize, tied, headBias);
  const inLayers = [...linears, ...experts];
  const biases = [...inLayers, ...routers].map(({ bias, outDim, count }) => (bias ? outDim * count : 0));
  const params = {
    embeddings: (vocabSize + positions) * hiddenSize,
    blockWeights: sumOf(inLayers.map(weightElements)),
    routers: sumOf(routers.map(weightElements)),
    biasesAndNorms: sumOf(biases) + norms,
    pooler: 0,
    head: tensorElements(headTensors),
  };
  return {
    modelType,
    family,
    covers: "model",
    head,
    hiddenSize,
    intermediateSize: parts.intermediateSize,
    layers: parts.layers,
    heads: parts.heads,
    kvHeads: parts.kvHeads,
    headDim: parts.headDim,
    vocabSize,
    block: parts.block,
    tied,
    linears,
    experts,
    routers,
    outputLinear: head.kind === "causal-lm" ? lmHead(hiddenSize, vocabSize, headBias) : null,
    headTensors,
    params,
    totalParams: sumOf(Object.values(params)),
  };
}

/** Where a decoder's layers are: their module path with `*` for the index, as far as the dot, and how many there are. */
export interface LayerPlace {
  readonly prefix: string;
  readonly layers: number;
}

/** `layers` and `prefix` of a decoder whose base model is called `base` where it has a head. */
export function layerPlace(base: string, path: string, layers: number, head: ModelHead): LayerPlace {
  return { prefix: `${head.kind === "none" ? "" : `${base}.`}${path}.*.`, layers };
}

/** A linear layer at `path` in each layer, or in those of `more.inLayers`; called by the last part of its path. */
export function layerLinear(
  { prefix, layers }: LayerPlace,
  path: string,
  inDim: number,
  outDim: number,
  reads: LinearInput,
  more: Partial<Pick<ModelLinear, "bias" | "name" | "inLayers" | "perLayer" | "role">> = {},
): ModelLinear {
  const { inLayers, perLayer = 1, ...rest } = more;
  return {
    name: path.slice(path.lastIndexOf(".") + 1),
    inDim,
    outDim,
    count: (inLayers?.length ?? layers) * perLayer,
    path: `${prefix}${path}`,
    role: "block",
    reads,
    bias: false,
    ...(inLayers !== undefined && inLayers.length < layers ? { inLayers } : {}),
    ...(perLayer > 1 ? { perLayer } : {}),
    ...rest,
  };
}

/** The output projection of a decoder, tied to the token embedding or not. */
function lmHead(hiddenSize: number, vocabSize: number, bias: boolean): ModelLinear {
  return {
    name: "lm_head",
    inDim: hiddenSize,
    outDim: vocabSize,
    count: 1,
    path: "lm_head",
    role: "output",
    reads: "head",
    bias,
  };
}

/** `lm_head` `[vocab, hidden]` unless tied, with its bias where it has one, or `score` `[labels, hidden]`. */
function decoderHeadTensors(
  head: ModelHead,
  hiddenSize: number,
  vocabSize: number,
  tied: boolean,
  bias: boolean,
): number[][] {
  switch (head.kind) {
    case "causal-lm":
      return [...(tied ? [] : [[vocabSize, hiddenSize]]), ...(bias ? [[vocabSize]] : [])];
    case "sequence-classification":
      return [[head.labels, hiddenSize]];
    case "none":
      return [];
  }
}
