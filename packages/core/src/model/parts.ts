import { InputError } from "../errors.ts";
import { linearTensors, type ModelLinear, sumOf, tensorElements, weightElements } from "./linear-shapes.ts";
import type { ModelHead, ModelParams, ModelShape, ModelType } from "./shape.ts";

/** Parts read from a config, for any head; {@link modelShape} adds a head and counts. */
export interface ModelParts
  extends Pick<
    ModelShape,
    | "family"
    | "hiddenSize"
    | "intermediateSize"
    | "layers"
    | "heads"
    | "kvHeads"
    | "headDim"
    | "vocabSize"
    | "block"
  > {
  readonly covers?: ModelShape["covers"];
  /** Base model's name below a head, and the layers' path. */
  readonly paths: readonly [base: string, layers: string];
  /** Block layers by path within a block; layers in no block are dropped, as with experts and routers. */
  readonly linears: readonly ModelLinear[];
  /** Layers outside blocks, by path in the base model (default: none). */
  readonly around?: readonly ModelLinear[];
  readonly experts?: readonly ModelLinear[];
  readonly routers?: readonly ModelLinear[];
  /** Rows in the tables for learned positions and token types (default 0). */
  readonly positions?: number;
  readonly tokenTypes?: number;
  readonly unmodelled?: ModelShape["unmodelled"];
  /** Embedding elements beside the token table's (default 0). */
  readonly otherEmbeddings?: number;
  /** Elements in normalisations and other vectors, over all layers. */
  readonly norms: number;
  /** Linear layer `[hidden, hidden]` on the first token (default: none). */
  readonly pooler?: "always" | "without a classifier";
  /** Output head; null in an encoder. */
  readonly output: { readonly tied: boolean; readonly bias?: boolean; readonly capsLogits?: boolean } | null;
  /**
   * Layers in a classification head: `[hidden, hidden]` with bias, the last `[labels, hidden]` (default: `score`
   * without bias).
   */
  readonly classifier?: readonly string[];
}

/** Routers have as many outputs as experts, or one, and take any rank. */
function smallLinears(linears: readonly ModelLinear[] = []): ModelLinear[] {
  return linears.map((linear) => ({ ...linear, limitsRank: false }));
}

export function defaultHead({ output }: ModelParts): ModelHead {
  return { kind: output === null ? "none" : "causal-lm" };
}

/** Model shape with a head. Throws E_TASK for an impossible head. */
export function modelShape(modelType: ModelType, parts: ModelParts, head: ModelHead): ModelShape {
  const { paths, hiddenSize, vocabSize, positions = 0, tokenTypes = 0, norms, output } = parts;
  const headLinears = headOf(modelType, parts, head);
  const prefix = head.kind === "none" ? "" : `${paths[0]}.`;
  const layersPath = `${prefix}${paths[1]}`;
  const placed = (linears: readonly ModelLinear[] = []): ModelLinear[] =>
    linears
      .filter(({ count }) => count > 0)
      .map((linear) => ({ ...linear, path: `${layersPath}.*.${linear.path}` }));
  const [blocks, experts, routers] = [
    placed(parts.linears),
    placed(parts.experts),
    placed(smallLinears(parts.routers)),
  ];
  const around = (parts.around ?? [])
    .filter(({ count }) => count > 0)
    .map((linear) => ({ ...linear, path: `${prefix}${linear.path}` }));
  const inBlocks = [...blocks, ...around, ...experts];
  const poolers = hasPooler(parts, head) ? [poolerLinear(prefix, hiddenSize)] : [];
  const biases = [...inBlocks, ...routers].map(({ bias, outDim, count }) => (bias ? outDim * count : 0));
  const tied = head.kind === "causal-lm" && output?.tied === true;
  const params: ModelParams = {
    embeddings: (vocabSize + positions + tokenTypes) * hiddenSize + (parts.otherEmbeddings ?? 0),
    blockWeights: sumOf(inBlocks.map(weightElements)),
    routers: sumOf(routers.map(weightElements)),
    biasesAndNorms: sumOf(biases) + norms,
    pooler: tensorElements(poolers.flatMap(linearTensors)),
    head: tensorElements(headTensors({ headLinears, tied })),
  };
  return {
    modelType,
    family: parts.family,
    covers: parts.covers ?? "model",
    head,
    hiddenSize,
    intermediateSize: parts.intermediateSize,
    layers: parts.layers,
    heads: parts.heads,
    kvHeads: parts.kvHeads,
    headDim: parts.headDim,
    vocabSize,
    positions,
    tokenTypes,
    layersPath,
    block: parts.block,
    tied,
    ...(head.kind === "causal-lm" && output?.capsLogits && { capsLogits: true }),
    linears: [...blocks, ...around, ...poolers],
    experts,
    routers,
    headLinears,
    unmodelled: parts.unmodelled ?? [],
    params,
    totalParams: sumOf(Object.values(params)),
  };
}

/** Head tensors: `[outDim, inDim]` and biases `[outDim]`, without a tied matrix. */
export function headTensors({ headLinears, tied }: Pick<ModelShape, "headLinears" | "tied">): number[][] {
  return headLinears.flatMap((linear) =>
    linearTensors(linear).filter((shape) => !(tied && shape.length > 1)),
  );
}

function headOf(modelType: ModelType, parts: ModelParts, head: ModelHead): ModelLinear[] {
  const { hiddenSize, vocabSize, output, classifier } = parts;
  const linear = (
    path: string,
    outDim: number,
    role: "output" | "classifier",
    bias: boolean,
  ): ModelLinear => ({
    name: path,
    inDim: hiddenSize,
    outDim,
    count: 1,
    path,
    role,
    reads: "head",
    bias,
  });
  switch (head.kind) {
    case "none":
      return [];
    case "causal-lm":
      if (output !== null) return [linear("lm_head", vocabSize, "output", output.bias === true)];
      throw new InputError(
        "E_TASK",
        `task must be classification for a model of type ${modelType}, in which every token sees those after it, got causal-lm`,
      );
    case "classification":
      if (classifier === undefined) return [linear("score", head.labels, "classifier", false)];
      return classifier.map((path, index) =>
        linear(path, index < classifier.length - 1 ? hiddenSize : head.labels, "classifier", true),
      );
  }
}

function hasPooler({ pooler }: ModelParts, head: ModelHead): boolean {
  return pooler === "always" || (pooler === "without a classifier" && head.kind === "none");
}

function poolerLinear(prefix: string, hiddenSize: number): ModelLinear {
  return {
    name: "pooler.dense",
    inDim: hiddenSize,
    outDim: hiddenSize,
    count: 1,
    path: `${prefix}pooler.dense`,
    role: "pooler",
    reads: "pooler",
    bias: true,
  };
}
