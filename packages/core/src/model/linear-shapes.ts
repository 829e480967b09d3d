/** One kind of linear layer in the base model. Its weight W is `[outDim, inDim]`. */
export interface LinearShape {
  /** What users call it: the last part of its module path, `q_proj`, or more parts where the last is not enough. */
  readonly name: string;
  readonly inDim: number;
  readonly outDim: number;
  /** How often it occurs: once a layer as a rule. */
  readonly count: number;
}

/** What a linear layer reads, as far as several layers of a block read the same. */
export type LinearInput =
  | "attention"
  | "attention output"
  | "feed-forward"
  | "feed-forward output"
  | "experts"
  | "shared experts"
  | "pooler"
  | "head"
  /** Something that no other layer reads. */
  | "own";

/** A linear layer of a known model: a {@link LinearShape} with its place. */
export interface ModelLinear extends LinearShape {
  /**
   * Module path in the checkpoint with `*` for the layer's index, `model.layers.*.self_attn.q_proj`, and another for the
   * expert's: `model.layers.*.mlp.experts.*.up_proj`.
   */
  readonly path: string;
  /** The layers that have it, where not all do. */
  readonly inLayers?: readonly number[];
  /** How many each of those layers has, where more than one: its experts. */
  readonly perLayer?: number;
  /**
   * `block`: in the layers; `router`: there too, to choose experts; `pooler`: once, behind the last layer; `output`: the
   * language-model head; `classifier`: in a classification head.
   */
  readonly role: "block" | "router" | "pooler" | "output" | "classifier";
  /** Layers of a block with the same word here read the same tensor. */
  readonly reads: LinearInput;
  /** Whether it adds a bias `[outDim]`. */
  readonly bias: boolean;
  /** Its weight is stored `[inDim, outDim]`, as GPT-2's Conv1D does, and not `[outDim, inDim]` (default false). */
  readonly transposed?: boolean;
}

/** Elements of all weights of `linear`, without biases: `count * inDim * outDim`. */
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

/** One of the layers that a {@link ModelLinear} stands for. */
export interface SingleLinear {
  readonly linear: ModelLinear;
  /** Its module path in the checkpoint. */
  readonly path: string;
  /** The layer that it is in; Infinity behind the last one. */
  readonly layer: number;
}

/** The single layers of `linear`, from the first on. */
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

/** The path inside its layer, and inside its expert; the whole path outside of layers. */
export function pathInLayer(path: string): string {
  return path.split("*.").at(-1)!;
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
