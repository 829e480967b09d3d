import { readFileSync } from "node:fs";
import { matchCatalogueModel } from "../../src/memory.ts";
import type { LinearInput, ModelLinear } from "../../src/model/linear-shapes.ts";
import { type ModelShape, modelShapeFromConfig } from "../../src/models.ts";

/** Dimensions of a measured model, as its table's source gives them. */
interface Dimensions {
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly intermediateSize: number;
  readonly numHeads: number;
  readonly numKeyValueHeads: number;
  readonly headDim: number;
  readonly vocabSize: number;
  readonly tiedEmbeddings: boolean;
  readonly mlp: "swiglu" | "gelu";
  readonly norm: "rmsnorm" | "layernorm";
  readonly normsPerLayer: number;
  /** Attention and feed-forward layer read the same hidden states. */
  readonly parallel: boolean;
}

const models = JSON.parse(
  readFileSync(new URL("../../data/measured-models.json", import.meta.url), "utf8"),
) as Readonly<Record<string, Dimensions>>;

/** Letters by which the table names linear layers. */
const layers: Readonly<Record<string, LinearInput>> = {
  q: "attention",
  k: "attention",
  v: "attention",
  o: "attention output",
  g: "feed-forward",
  u: "feed-forward",
  d: "feed-forward output",
};

const shapes = new Map<string, ModelShape>();

/** The shape of a measured model, made once. */
export function measuredModel(name: string): ModelShape {
  const shape = shapes.get(name) ?? toShape(name);
  shapes.set(name, shape);
  return shape;
}

/** Names of Llama's layers by their letters, for models of the catalogue. */
const moduleNames: Readonly<Record<string, string>> = {
  ...{ q: "q_proj", k: "k_proj", v: "v_proj", o: "o_proj" },
  ...{ g: "gate_proj", u: "up_proj", d: "down_proj", H: "lm_head" },
};

/** Names of the layers that `letters` mean, as far as the model has them. */
export function measuredLayers({ linears, headLinears }: ModelShape, letters: string): string[] {
  const names = new Set([...linears, ...headLinears].map(({ name }) => name));
  return [...letters].flatMap((letter) =>
    [letter, moduleNames[letter] ?? ""].filter((name) => names.has(name)),
  );
}

/** Its linear layers are named by one letter each, and `H` is the output head, if it is none of the catalogue's. */
function toShape(name: string): ModelShape {
  const m = models[name];
  if (!m) {
    const found = matchCatalogueModel(name);
    if (!found) throw new Error(`data/measured-models.json or the catalogue must hold ${name}`);
    return modelShapeFromConfig(found.model.config);
  }
  const queryDim = m.numHeads * m.headDim;
  const kvDim = m.numKeyValueHeads * m.headDim;
  const sizes: Readonly<Record<string, readonly [number, number]>> = {
    q: [m.hiddenSize, queryDim],
    k: [m.hiddenSize, kvDim],
    v: [m.hiddenSize, kvDim],
    o: [queryDim, m.hiddenSize],
    ...(m.mlp === "swiglu" ? { g: [m.hiddenSize, m.intermediateSize] as const } : {}),
    u: [m.hiddenSize, m.intermediateSize],
    d: [m.intermediateSize, m.hiddenSize],
  };
  const linears = Object.entries(sizes).map(
    ([letter, [inDim, outDim]]): ModelLinear => ({
      name: letter,
      inDim,
      outDim,
      count: m.numLayers,
      path: `layers.*.${letter}`,
      role: "block",
      reads: layers[letter]!,
      bias: false,
    }),
  );
  const blockWeights = linears.reduce((sum, { inDim, outDim }) => sum + m.numLayers * inDim * outDim, 0);
  const table = m.vocabSize * m.hiddenSize;
  const norms = (m.numLayers * m.normsPerLayer + 1) * m.hiddenSize * (m.norm === "layernorm" ? 2 : 1);
  const params = {
    embeddings: table,
    blockWeights,
    routers: 0,
    biasesAndNorms: norms,
    pooler: 0,
    head: m.tiedEmbeddings ? 0 : table,
  };
  return {
    modelType: "llama",
    family: "llama",
    covers: "model",
    head: { kind: "causal-lm" },
    hiddenSize: m.hiddenSize,
    intermediateSize: m.intermediateSize,
    layers: m.numLayers,
    heads: m.numHeads,
    kvHeads: m.numKeyValueHeads,
    headDim: m.headDim,
    vocabSize: m.vocabSize,
    positions: 0,
    tokenTypes: 0,
    layersPath: "layers",
    block: {
      norm: m.norm,
      norms: m.normsPerLayer,
      normInputs: m.parallel ? 1 : m.normsPerLayer,
      queryKeyNorm: false,
      queryDim,
      keyDim: kvDim,
      valueDim: kvDim,
      fusedQkv: false,
      feedForward: { gated: m.mlp === "swiglu", width: m.intermediateSize },
    },
    tied: m.tiedEmbeddings,
    linears,
    experts: [],
    routers: [],
    unmodelled: [],
    headLinears: [
      {
        name: "H",
        inDim: m.hiddenSize,
        outDim: m.vocabSize,
        count: 1,
        path: "H",
        role: "output",
        reads: "head",
        bias: false,
      },
    ],
    params,
    totalParams: Object.values(params).reduce((sum, each) => sum + each, 0),
  };
}
