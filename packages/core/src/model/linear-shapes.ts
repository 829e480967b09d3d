/** One kind of linear layer in the base model. Its weight W is `[outDim, inDim]`. */
export interface LinearShape {
  /** Name for users: the last part of its module path, `q_proj`, or more parts if the last is not enough. */
  readonly name: string;
  readonly inDim: number;
  readonly outDim: number;
  /** Number of occurrences, usually one a layer. */
  readonly count: number;
  /** False for a small layer beside the matrices of a block: it gets any rank, as in PEFT (default true). */
  readonly limitsRank?: false;
}

/** Input of a linear layer; layers of a block may share one. */
export type LinearInput =
  | "attention"
  | "attention output"
  | "feed-forward"
  | "feed-forward output"
  | "experts"
  | "shared experts"
  | "pooler"
  | "head"
  /** A tensor that no other layer reads. */
  | "own";

/** A linear layer of a known model: a {@link LinearShape} at a path. */
export interface ModelLinear extends LinearShape {
  /**
   * Module path in the checkpoint with `*` for the layer's index, `model.layers.*.self_attn.q_proj`, and another for the
   * expert's: `model.layers.*.mlp.experts.*.up_proj`.
   */
  readonly path: string;
  /** Layers that have it, if not all do. */
  readonly inLayers?: readonly number[];
  /** Number in each of those layers, if above one: its experts. */
  readonly perLayer?: number;
  /**
   * `block`: in the layers; `router`: there too, to choose experts; `pooler`: once, behind the last layer; `output`:
   * the language-model head; `classifier`: in a classification head.
   */
  readonly role: "block" | "router" | "pooler" | "output" | "classifier";
  /** Input; layers of a block with the same value read the same tensor. */
  readonly reads: LinearInput;
  /** It adds a bias `[outDim]`. */
  readonly bias: boolean;
  /** Its weight is stored `[inDim, outDim]`, as in GPT-2's Conv1D, and not `[outDim, inDim]` (default false). */
  readonly transposed?: boolean;
}

/** Counts the elements of all weights of `linear`, without biases: `count * inDim * outDim`. */
export function weightElements(linear: LinearShape): number {
  return linear.count * linear.inDim * linear.outDim;
}

/** Shapes of the tensors of one layer of `linear`: its weight `[outDim, inDim]`, and its bias `[outDim]`. */
export function linearTensors({ inDim, outDim, bias }: ModelLinear): number[][] {
  return [[outDim, inDim], ...(bias ? [[outDim]] : [])];
}

/** Elements of all tensors of these shapes. */
export function tensorElements(shapes: readonly (readonly number[])[]): number {
  return sumOf(shapes.map((shape) => shape.reduce((product, size) => product * size, 1)));
}

/** A single layer of a {@link ModelLinear}. */
export interface SingleLinear {
  readonly linear: ModelLinear;
  /** Its module path in the checkpoint. */
  readonly path: string;
  /** Index of its layer; Infinity behind the last one. */
  readonly layer: number;
}

/** Lists the single layers of `linear`, from the first on. */
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

/** Path inside its layer, and inside its expert; the whole path outside of layers. */
export function pathInLayer(path: string): string {
  return path.split("*.").at(-1)!;
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
