import { byteTable } from "../ops/mat-mul.ts";
import type { Program } from "../program.ts";
import { type DType, type DTypeArray, type Shape, sameShape, sizeOf } from "../tensor.ts";
import { isOp, type OpName, type Value } from "../value.ts";
import { codedProductAttributes, codedWeights } from "./coded-products.ts";
import { type Initializer, MICROSOFT, type NodeAttribute, type OnnxNode } from "./model.ts";

/** INT32 in TensorProto.DataType, the narrowest index type that Gather accepts. */
const INT32 = 6;

/** State of a compilation to ONNX: names, nodes so far, constants shared by content. */
export class Lowering {
  readonly nodes: OnnxNode[] = [];
  readonly initializers: Initializer[] = [];
  readonly #program: Program;
  readonly #rules: Lowerings;
  readonly #names = new Map<Value, string>();
  readonly #uses = new Map<Value, number>();
  readonly #constants = new Map<string, string>();
  readonly #iotas = new Map<number, string>();
  /** Products by the addition that absorbs them. */
  readonly #fused = new Map<Value, Value<"matMul">>();
  readonly #inAddition: ReadonlySet<Value>;
  /** Weights decoded by the products that read them. */
  readonly #coded: ReadonlySet<Value>;
  #temporaries = 0;

  /**
   * @param fuses additions may absorb float32 products.
   * @param decodes products may decode their weights.
   */
  constructor(program: Program, rules: Lowerings, fuses = true, decodes = false) {
    this.#coded = decodes ? codedWeights(program) : new Set();
    this.#program = program;
    this.#rules = rules;
    for (const { name, value } of program.inputs) this.#names.set(value, name);
    for (const [name, value] of Object.entries(program.outputs)) {
      if (!this.#names.has(value)) this.#names.set(value, name);
      this.#count(value);
    }
    program.steps.forEach((value, i) => {
      if (!this.#names.has(value)) this.#names.set(value, `v${i}`);
      for (const x of value.inputs) this.#count(x);
    });
    const fed = new Set(program.inputs.map(({ value }) => value));
    for (const value of program.steps) {
      const product = fuses && isOp(value, "add") ? this.#gemmProduct(value, fed) : undefined;
      if (product) this.#fused.set(value, product);
    }
    this.#inAddition = new Set(this.#fused.values());
  }

  lower(value: Value): void {
    if (isOp(value, "constant")) {
      this.#names.set(value, this.constant(value.attributes.data, value.shape, value.dtype));
    } else if (this.#inAddition.has(value) || this.#coded.has(value)) {
      // Fused nodes are emitted by their reader.
    } else if (isOp(value, "matMul") && this.#coded.has(value.inputs[1]!)) {
      const [x, weight] = value.inputs as readonly [Value, Value<"decode4bit">];
      const inputs = [this.name(x), ...this.names(weight)];
      this.emit(value, "MatMulBnb4", inputs, codedProductAttributes(weight), MICROSOFT);
    } else if (isOp(value, "add")) {
      this.#lowerAdd(value);
    } else {
      (this.#rules[value.op as Lowered] as (l: Lowering, v: Value) => void)(this, value);
    }
  }

  name(value: Value): string {
    return this.#names.get(value)!;
  }

  names(value: Value): string[] {
    return value.inputs.map((x) => this.name(x));
  }

  emit(
    value: Value,
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, NodeAttribute>> = {},
    domain = "",
  ): void {
    this.nodes.push({ opType, inputs, outputs: [this.name(value)], attributes, domain });
  }

  /** Appends a node. Returns the result's new name. */
  temporary(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, NodeAttribute>> = {},
  ): string {
    const output = `t${this.#temporaries++}`;
    this.nodes.push({ opType, inputs, outputs: [output], attributes });
    return output;
  }

  /** Initialiser with these elements, by name; equal initialisers of up to 16 elements are shared. */
  constant(data: DTypeArray, shape: Shape, dtype: DType): string {
    const key =
      data.length <= 16 ? `${dtype}[${shape.join(",")}]=${data.join(",")}` : `#${this.#constants.size}`;
    const known = this.#constants.get(key);
    if (known) return known;
    const name = `c${this.#constants.size}`;
    this.#constants.set(key, name);
    this.initializers.push({ name, dtype, shape, data });
    return name;
  }

  scalar(value: number): string {
    return this.constant(Float32Array.of(value), [], "float32");
  }

  int64s(values: readonly number[]): string {
    return this.constant(BigInt64Array.from(values, BigInt), [values.length], "int64");
  }

  /** Range 0 to `count` − 1 in float32, an initialiser per count. */
  iota(count: number): string {
    const known = this.#iotas.get(count);
    if (known) return known;
    const name = this.constant(
      Float32Array.from({ length: count }, (_, i) => i),
      [count],
      "float32",
    );
    this.#iotas.set(count, name);
    return name;
  }

  column(vector: Value): string {
    return this.temporary("Reshape", [this.name(vector), this.int64s([vector.shape[0]!, 1])]);
  }

  /** Copy nodes for outputs that are inputs, constants or second names for a value. */
  outputAliases(): OnnxNode[] {
    return Object.entries(this.#program.outputs)
      .filter(([name, value]) => this.name(value) !== name)
      .map(([name, value]) => ({ opType: "Identity", inputs: [this.name(value)], outputs: [name] }));
  }

  #count(value: Value): void {
    this.#uses.set(value, (this.#uses.get(value) ?? 0) + 1);
  }

  /** Fuses `c + alpha·op(a)op(b)` into one Gemm if nothing else reads the product: LoRA branches and residuals. */
  #lowerAdd(value: Value<"add">): void {
    const product = this.#fused.get(value);
    if (!product) {
      this.emit(value, "Add", this.names(value));
      return;
    }
    const addend = value.inputs.find((x) => x !== product)!;
    const { transposeA, transposeB, alpha } = product.attributes;
    const names = [...product.inputs, addend].map((x) => this.name(x));
    this.emit(value, "Gemm", names, { transA: +transposeA, transB: +transposeB, alpha: { float: alpha } });
  }

  /**
   * Product a Gemm can absorb.
   * @param fed values from outside: inputs and cuts.
   */
  #gemmProduct(value: Value<"add">, fed: ReadonlySet<Value>): Value<"matMul"> | undefined {
    const [a, b] = value.inputs as readonly [Value, Value];
    if (a === b) return undefined;
    const fits = (x: Value): x is Value<"matMul"> =>
      isOp(x, "matMul") &&
      x.shape.length === 2 &&
      sameShape(x.shape, value.shape) &&
      this.#uses.get(x) === 1 &&
      !fed.has(x) &&
      !this.#coded.has(x.inputs[1]!);
    // The later product is fused: the addend is computed earlier.
    const [late, early] = a.id > b.id ? [a, b] : [b, a];
    const addendFits = (x: Value): boolean => sameShape(x.shape, value.shape) || x.shape.length <= 2;
    if (fits(late) && addendFits(early)) return late;
    return fits(early) && addendFits(late) ? early : undefined;
  }
}

type Lowered = Exclude<OpName, "input" | "constant" | "add">;
type Lowerings = { readonly [Name in Lowered]: (l: Lowering, value: Value<Name>) => void };

const simple =
  (opType: string) =>
  (l: Lowering, value: Value): void =>
    l.emit(value, opType, l.names(value));

export const lowerings: Lowerings = {
  sub: simple("Sub"),
  mul: simple("Mul"),
  div: simple("Div"),
  exp: simple("Exp"),
  log: simple("Log"),
  sqrt: simple("Sqrt"),
  sigmoid: simple("Sigmoid"),
  tanh: simple("Tanh"),
  erf: simple("Erf"),
  relu: simple("Relu"),
  sign: simple("Sign"),
  stopGradient: simple("Identity"),
  cast: (l, v) => l.emit(v, "Cast", l.names(v), { to: 1 }),
  sum: (l, v) => l.emit(v, "ReduceSum", [...l.names(v), l.int64s(v.attributes.axes)], { keepdims: 1 }),
  reshape: (l, v) => l.emit(v, "Reshape", [...l.names(v), l.int64s(v.attributes.shape)]),
  expand: (l, v) => l.emit(v, "Expand", [...l.names(v), l.int64s(v.attributes.shape)]),
  transpose: (l, v) => l.emit(v, "Transpose", l.names(v), { perm: v.attributes.permutation }),
  sliceLast: (l, v) => {
    const { start } = v.attributes;
    const ends = start + v.shape.at(-1)!;
    const range = [l.int64s([start]), l.int64s([ends]), l.int64s([-1])];
    l.emit(v, "Slice", [...l.names(v), ...range]);
  },
  padLast: (l, v) => {
    const x = v.inputs[0]!;
    const { start } = v.attributes;
    const behind = v.shape.at(-1)! - x.shape.at(-1)! - start;
    const others = x.shape.slice(1).map(() => 0);
    l.emit(v, "Pad", [l.name(x), l.int64s([...others, start, ...others, behind])]);
  },
  matMul: (l, v) => {
    const { transposeA, transposeB, alpha } = v.attributes;
    const inputs = l.names(v);
    if (!transposeA && !transposeB && alpha === 1) return l.emit(v, "MatMul", inputs);
    const flags = { transA: +transposeA, transB: +transposeB, alpha: { float: alpha } };
    if (v.shape.length === 2) l.emit(v, "Gemm", inputs, flags);
    else l.emit(v, "FusedMatMul", inputs, flags, MICROSOFT);
  },
  softmax: (l, v) => l.emit(v, "Softmax", l.names(v), { axis: -1 }),
  gelu: (l, v) => l.emit(v, "Gelu", l.names(v), {}, MICROSOFT),
  layerNorm: (l, v) =>
    l.emit(v, "LayerNormalization", l.names(v), { axis: -1, epsilon: { float: v.attributes.epsilon } }),
  rmsNorm: (l, v) =>
    l.emit(v, "SimplifiedLayerNormalization", l.names(v), {
      axis: -1,
      epsilon: { float: v.attributes.epsilon },
    }),
  rotary: (l, v) => {
    const [x, positions, cos, sin] = l.names(v);
    const angle = v.attributes.inverse ? l.temporary("Neg", [sin!]) : sin!;
    l.emit(v, "RotaryEmbedding", [x!, positions!, cos!, angle], { interleaved: 0 }, MICROSOFT);
  },
  gatherRows: (l, v) => l.emit(v, "Gather", l.names(v), { axis: 0 }),
  scatterAddRows: (l, v) => {
    const [updates, indices] = v.inputs as readonly [Value, Value];
    const zeros = l.temporary("Expand", [l.constant(new Float32Array(1), [1], "float32"), l.int64s(v.shape)]);
    const wide = l.temporary("Expand", [l.column(indices), l.int64s(updates.shape)]);
    l.emit(v, "ScatterElements", [zeros, wide, l.name(updates)], { axis: 0, reduction: "add" });
  },
  gatherColumns: (l, v) => {
    const [x, columns] = v.inputs as readonly [Value, Value];
    const picked = l.temporary("GatherElements", [l.name(x), l.column(columns)], { axis: 1 });
    l.emit(v, "Reshape", [picked, l.int64s(v.shape)]);
  },
  addToColumns: (l, v) => {
    const [x, columns, amounts] = v.inputs as readonly [Value, Value, Value];
    l.emit(v, "ScatterElements", [l.name(x), l.column(columns), l.column(amounts)], {
      axis: 1,
      reduction: "add",
    });
  },
  crossEntropy: (l, v) => {
    const [logits, labels] = v.inputs as readonly [Value, Value];
    const logProbabilities = l.temporary("LogSoftmax", [l.name(logits)], { axis: -1 });
    const picked = l.temporary("GatherElements", [logProbabilities, l.column(labels)], { axis: 1 });
    l.emit(v, "Neg", [l.temporary("Reshape", [picked, l.int64s(v.shape)])]);
  },
  argMax: (l, v) => l.emit(v, "ArgMax", l.names(v), { axis: -1, keepdims: 0 }),
  decode4bit: lowerDecode4bit,
};

function lowerDecode4bit(l: Lowering, v: Value<"decode4bit">): void {
  const { levels, blockSize } = v.attributes;
  const [codes, absmax] = v.inputs as readonly [Value, Value];
  const bytes = l.temporary("Cast", [l.name(codes)], { to: INT32 });
  const pairs = l.temporary("Gather", [l.constant(byteTable(levels), [256, 2], "float32"), bytes], {
    axis: 0,
  });
  const size = sizeOf(v.shape);
  const blocks = absmax.shape[0]!;
  // Short last blocks of 4-bit weights are padded, scaled by absmax, and cut again.
  const filler = blocks * blockSize - 2 * codes.shape[0]!;
  const flat = l.temporary("Reshape", [pairs, l.int64s([2 * codes.shape[0]!])]);
  const full = filler === 0 ? flat : l.temporary("Pad", [flat, l.int64s([0, filler])]);
  const rows = l.temporary("Reshape", [full, l.int64s([blocks, blockSize])]);
  const scaled = l.temporary("Mul", [rows, l.column(absmax)]);
  const cut = (): string => {
    const all = l.temporary("Reshape", [scaled, l.int64s([blocks * blockSize])]);
    return l.temporary("Slice", [all, l.int64s([0]), l.int64s([size]), l.int64s([0])]);
  };
  l.emit(v, "Reshape", [size === blocks * blockSize ? scaled : cut(), l.int64s(v.shape)]);
}
