/** Linear layer kind in the base model, with weight `[outDim, inDim]`. */
export interface LinearShape {
  /** Module path's last part, `q_proj`, or more parts where that is ambiguous. */
  readonly name: string;
  readonly inDim: number;
  readonly outDim: number;
  readonly count: number;
  /** False for a small layer beside a block's matrices: any rank, as in PEFT (default true). */
  readonly limitsRank?: false;
  /** Rank of an adapter here as a multiple of the chosen rank, rounded down (default 1). */
  readonly rankFactor?: number;
}

export type LinearInput =
  | "attention"
  | "attention output"
  | "feed-forward"
  | "feed-forward output"
  | "experts"
  | "shared experts"
  | "pooler"
  | "head"
  /** Input tensor that no other layer reads. */
  | "own";

export interface ModelLinear extends LinearShape {
  /**
   * Module path in the checkpoint, `*` for layer and expert: `model.layers.*.self_attn.q_proj`,
   * `model.layers.*.mlp.experts.*.up_proj`.
   */
  readonly path: string;
  readonly inLayers?: readonly number[];
  /** Count of copies within each layer, if more than one: experts. */
  readonly perLayer?: number;
  /**
   * Layer role. `block`: in the layers; `router`: there too, to choose experts; `pooler`: once, after the last layer;
   * `output`: the language-model head; `classifier`: in a classification head.
   */
  readonly role: "block" | "router" | "pooler" | "output" | "classifier";
  /** Input tensor: block layers with the same value read the same tensor. */
  readonly reads: LinearInput;
  readonly bias: boolean;
  /** True if the weight is stored `[inDim, outDim]`, as in GPT-2's Conv1D (default false). */
  readonly transposed?: boolean;
  /** True for a parameter without a layer of its own: PEFT adds B·A to the weight before it is used. */
  readonly folded?: true;
}

/** Rank of an adapter on `linear`. */
export function adapterRank({ rankFactor = 1 }: Pick<LinearShape, "rankFactor">, rank: number): number {
  return Math.floor(rank * rankFactor + 1e-9); // 1e-9: rank / experts in binary fractions
}

/** Weight elements without biases: `count * inDim * outDim`. */
export function weightElements(linear: LinearShape): number {
  return linear.count * linear.inDim * linear.outDim;
}

/** Layer tensors: weight `[outDim, inDim]` and bias `[outDim]`. */
export function linearTensors({ inDim, outDim, bias }: ModelLinear): number[][] {
  return [[outDim, inDim], ...(bias ? [[outDim]] : [])];
}

export function tensorElements(shapes: readonly (readonly number[])[]): number {
  return sumOf(shapes.map((shape) => shape.reduce((product, size) => product * size, 1)));
}

export interface SingleLinear {
  readonly linear: ModelLinear;
  readonly path: string;
  /** Layer index; Infinity after the last layer. */
  readonly layer: number;
}

export function singleLinears(linear: ModelLinear): SingleLinear[] {
  const { path, perLayer = 1, count } = linear;
  if (!path.includes("*")) return [{ linear, path, layer: Number.POSITIVE_INFINITY }];
  const layers = linear.inLayers ?? Array.from({ length: count / perLayer }, (_, index) => index);
  return layers.flatMap((layer) => {
    const inLayer = path.replace("*", String(layer));
    return Array.from({ length: perLayer }, (_, expert) => ({
      linear,
      path: inLayer.replace("*", String(expert)),
      layer,
    }));
  });
}

/** Path within a layer; the whole path outside layers. */
export function pathInLayer(path: string): string {
  return path.split("*.").at(-1)!;
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
