import type { DType, DTypeArray, Shape } from "./shape.ts";

type None = Readonly<Record<never, never>>;

/** Every operation of the graph with its attributes. Each runtime and the VJP table must cover all of them. */
export interface OpAttributes {
  readonly input: { readonly name: string };
  readonly constant: { readonly data: DTypeArray };
  readonly add: None;
  readonly sub: None;
  readonly mul: None;
  readonly div: None;
  readonly exp: None;
  readonly log: None;
  readonly sqrt: None;
  readonly sigmoid: None;
  readonly tanh: None;
  readonly erf: None;
  readonly relu: None;
  readonly sign: None;
  readonly stopGradient: None;
  readonly cast: { readonly to: DType };
  readonly sum: { readonly axes: readonly number[] };
  readonly reshape: { readonly shape: Shape };
  readonly expand: { readonly shape: Shape };
  readonly transpose: { readonly permutation: readonly number[] };
  readonly sliceLast: { readonly start: number };
  readonly padLast: { readonly start: number };
  readonly matMul: { readonly transposeA: boolean; readonly transposeB: boolean; readonly alpha: number };
  readonly softmax: None;
  readonly gelu: None;
  readonly layerNorm: { readonly epsilon: number };
  readonly rmsNorm: { readonly epsilon: number };
  readonly rotary: { readonly inverse: boolean };
  readonly gatherRows: None;
  readonly scatterAddRows: { readonly rows: number };
  readonly gatherColumns: None;
  readonly addToColumns: None;
  readonly crossEntropy: None;
  readonly argMax: None;
  readonly decode4bit: {
    readonly levels: readonly number[];
    readonly blockSize: number;
    readonly shape: Shape;
  };
}

export type OpName = keyof OpAttributes;
