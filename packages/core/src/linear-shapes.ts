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
  | "pooler"
  | "head"
  /** Something that no other layer reads. */
  | "own";

/** A linear layer of a known model: a {@link LinearShape} with its place. */
export interface ModelLinear extends LinearShape {
  /** Module path in the checkpoint with `*` for the layer's index: `model.layers.*.self_attn.q_proj`. */
  readonly path: string;
  /** `block`: in every layer; `pooler`: once, behind the last layer; `output`: the language-model head. */
  readonly role: "block" | "pooler" | "output";
  /** Layers of a block with the same word here read the same tensor. */
  readonly reads: LinearInput;
  /** Whether it adds a bias `[outDim]`. */
  readonly bias: boolean;
}

/** Elements of all weights of `linear`, without biases: `count * inDim * outDim`. */
export function weightElements(linear: LinearShape): number {
  return linear.count * linear.inDim * linear.outDim;
}

/** Elements of all tensors of these shapes. */
export function tensorElements(shapes: readonly (readonly number[])[]): number {
  return sumOf(shapes.map((shape) => shape.reduce((product, size) => product * size, 1)));
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
