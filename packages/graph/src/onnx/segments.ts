import { canMultiply } from "../decode-4bit/product.ts";
import { type Program, program } from "../program.ts";
import type { Tensors } from "../runtime.ts";
import { isOp, type Value } from "../value.ts";
import { codedInputs, codedWeights } from "./coded-products.ts";

/** Most rows of x that the host multiplies with codes; for more, onnxruntime is as fast. */
const MOST_ROWS = 4;

/** Product x Wᵀ that the host computes from W's codes. Names are those of inputs and results. */
export interface HostProduct {
  readonly name: string;
  readonly x: string;
  readonly codes: string;
  readonly absmax: string;
  readonly product: Value<"matMul">;
  readonly weight: Value<"decode4bit">;
}

/** Part of a program, and the products that the host computes behind it. */
export interface Segment {
  /** Undefined if the products need inputs alone. */
  readonly program: Program | undefined;
  readonly products: readonly HostProduct[];
}

interface Segments {
  readonly segments: readonly Segment[];
  /** Name of each output's value among inputs and results. */
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * Divides a program at its products of few rows with 4-bit weights: onnxruntime's operator decodes the whole weight into
 * memory at each run. Undefined without such products.
 *
 * @param constants bound inputs; weights among them are decoded once instead.
 */
export function codedSegments(whole: Program, constants: Tensors): Segments | undefined {
  const names = new Map(whole.inputs.map(({ name, value }) => [value, name]));
  const products = hostProducts(whole, names, constants);
  if (products.size === 0) return undefined;
  const stages = stagesOf(whole, names, products);
  const carried = new Set<Value>();
  const carry = (value: Value): void => {
    if (!names.has(value)) carried.add(value);
  };
  for (const product of products) names.set(product, `product.${product.id}`);
  for (const value of whole.steps) {
    const isHost = products.has(value);
    if (isHost) carry(value.inputs[0]!);
    else
      for (const x of value.inputs) if (x.op !== "constant" && stages.get(x)! < stages.get(value)!) carry(x);
  }
  for (const value of Object.values(whole.outputs)) carry(value);
  for (const value of carried) names.set(value, `carried.${value.id}`);

  const segments = Array.from({ length: Math.max(...stages.values()) + 1 }, (_, stage): Segment => {
    const made = [...carried].filter((value) => stages.get(value) === stage);
    const cuts = new Map([...names].filter(([value]) => !made.includes(value)));
    return {
      program:
        made.length > 0
          ? program(Object.fromEntries(made.map((value) => [names.get(value)!, value])), cuts)
          : undefined,
      products: [...products]
        .filter((product) => stages.get(product) === stage + 1)
        .map((product) => hostProduct(product, names)),
    };
  });
  const outputs = Object.entries(whole.outputs).map(([name, value]) => [name, names.get(value)!] as const);
  return { segments, outputs: Object.fromEntries(outputs) };
}

function hostProducts(whole: Program, names: ReadonlyMap<Value, string>, constants: Tensors): Set<Value> {
  const coded = codedWeights(whole);
  return new Set(
    whole.steps.filter((value) => {
      const weight = value.inputs[1];
      if (!isOp(value, "matMul") || weight === undefined || !coded.has(weight)) return false;
      const [rows, inDim] = value.inputs[0]!.shape as readonly [number, number];
      const decoded = weight as Value<"decode4bit">;
      const parts = codedInputs(decoded, names);
      return (
        rows <= MOST_ROWS &&
        canMultiply(inDim, decoded.attributes.blockSize) &&
        parts !== undefined &&
        constants[parts.codes] === undefined &&
        constants[parts.absmax] === undefined
      );
    }),
  );
}

/** First segment in which each value can be known; a host product's is the one behind its x. */
function stagesOf(
  { steps }: Program,
  inputs: ReadonlyMap<Value, string>,
  products: ReadonlySet<Value>,
): Map<Value, number> {
  const stages = new Map<Value, number>([...inputs.keys()].map((value) => [value, 0]));
  for (const value of steps) {
    const before = value.inputs.map((x) => stages.get(x)!);
    stages.set(value, products.has(value) ? before[0]! + 1 : Math.max(0, ...before));
  }
  return stages;
}

function hostProduct(value: Value, names: ReadonlyMap<Value, string>): HostProduct {
  const product = value as Value<"matMul">;
  const [x, weight] = product.inputs as readonly [Value, Value<"decode4bit">];
  return { name: names.get(value)!, x: names.get(x)!, ...codedInputs(weight, names)!, product, weight };
}
