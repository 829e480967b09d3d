import { type ComputeDtype, type HalfDtype, scaledOperand } from "../compute-dtype.ts";
import { byteTable } from "../ops/mat-mul.ts";
import type { Program } from "../program.ts";
import { type DType, type Shape, sizeOf } from "../tensor.ts";
import { isOp, type OpName, type Value } from "../value.ts";
import { ATTRIBUTE_TYPE, type Attribute, type OpPlan, PlanBuilder, type Slot } from "./plan.ts";

/** TF_DataType numbers: https://github.com/tensorflow/tensorflow/blob/v2.18.1/tensorflow/c/tf_datatype.h */
export const DATA_TYPE: Readonly<Record<DType | HalfDtype | "int32", number>> = {
  float32: 1,
  int32: 3,
  uint8: 4,
  int64: 9,
  bfloat16: 14,
  float16: 19,
};

/**
 * Lowers a program to TensorFlow operations, forward kernels only.
 * @param bound inputs that are equal at every run. (default none)
 * @param computeDtype type for operands and results of matrix products. (default "float32")
 */
export function toTensorflow(
  program: Program,
  bound: ReadonlySet<string> = new Set(),
  computeDtype: ComputeDtype = "float32",
): OpPlan {
  const lowering = new Lowering(program, bound, computeDtype);
  for (const value of program.steps) lowering.lower(value);
  return lowering.plan.finish(
    Object.entries(program.outputs).map(([name, value]) => ({
      name,
      slot: lowering.readable(value),
      dtype: value.dtype,
      shape: value.shape,
    })),
  );
}

class Lowering {
  readonly plan = new PlanBuilder();
  readonly computeDtype: ComputeDtype;
  readonly #slots = new Map<Value, Slot>();
  readonly #bound = new Map<Value, string>();

  constructor(program: Program, bound: ReadonlySet<string>, computeDtype: ComputeDtype) {
    this.computeDtype = computeDtype;
    for (const { name, value } of program.inputs) {
      if (bound.has(name)) this.#bound.set(value, name);
      this.#slots.set(value, bound.has(name) ? this.plan.bound({ name }) : this.plan.feed(name));
    }
  }

  lower(value: Value): void {
    const { dtype, shape } = value;
    this.#slots.set(
      value,
      isOp(value, "constant")
        ? this.plan.constant({ dtype, shape, data: value.attributes.data })
        : (lowerings[value.op as keyof typeof lowerings] as (l: Lowering, v: Value) => Slot)(this, value),
    );
  }

  slot(value: Value): Slot {
    return this.#slots.get(value)!;
  }

  slots(value: Value): Slot[] {
    return value.inputs.map((x) => this.slot(x));
  }

  /** Casts uint8 to int32: the add-on reads float32, int32 and int64 only. */
  readable(value: Value): Slot {
    const slot = this.slot(value);
    return value.dtype === "uint8" ? this.cast(slot, "int32") : slot;
  }

  cast(slot: Slot, to: keyof typeof DATA_TYPE): Slot {
    return this.plan.call("Cast", [slot], [type("DstT", DATA_TYPE[to])]);
  }

  /** Product operands, the smaller times alpha: TensorFlow's products take no factor. */
  operands(v: Value<"matMul">): Slot[] {
    const { alpha } = v.attributes;
    return v.inputs.map((x, i) => {
      const isScaled = alpha !== 1 && i === scaledOperand(v);
      const name = this.#bound.get(x);
      if (name !== undefined && !isScaled && this.computeDtype !== "float32")
        return this.plan.bound({ name, rounded: this.computeDtype });
      const operand = isScaled
        ? this.plan.call("Mul", [this.slot(x), this.plan.scalar(alpha)])
        : this.slot(x);
      return this.computeDtype === "float32" ? operand : this.cast(operand, this.computeDtype);
    });
  }

  reshape(slot: Slot, shape: Shape): Slot {
    return this.plan.call("Reshape", [slot, this.plan.int32s(shape)]);
  }

  /** Mean over the last axis, which keeps size 1; written as in the VJP rules, so that both share the result. */
  meanOfLast(slot: Slot, { shape }: Value): Slot {
    const total = this.plan.call(
      "Sum",
      [slot, this.plan.int32s([shape.length - 1])],
      [bool("keep_dims", true)],
    );
    return this.plan.call("Mul", [total, this.plan.scalar(1 / shape.at(-1)!)]);
  }

  /** Inverse root 1 / √(meanSquare + epsilon). */
  inverseRoot(meanSquare: Slot, epsilon: number): Slot {
    const root = this.plan.call("Sqrt", [this.plan.call("AddV2", [meanSquare, this.plan.scalar(epsilon)])]);
    return this.plan.call("RealDiv", [this.plan.scalar(1), root]);
  }
}

// TensorFlow does not infer list input types ("T" of ConcatV2 and Pack).
const int = (name: string, value: number): Attribute => ({ name, type: ATTRIBUTE_TYPE.int, value });
const bool = (name: string, value: boolean): Attribute => ({ name, type: ATTRIBUTE_TYPE.bool, value });
const type = (name: string, value: number): Attribute => ({ name, type: ATTRIBUTE_TYPE.type, value });

const simple =
  (op: string) =>
  (l: Lowering, value: Value): Slot =>
    l.plan.call(op, l.slots(value));

const lowerings: {
  readonly [Name in Exclude<OpName, "input" | "constant">]: (l: Lowering, value: Value<Name>) => Slot;
} = {
  add: simple("AddV2"),
  sub: simple("Sub"),
  mul: simple("Mul"),
  div: simple("RealDiv"),
  exp: simple("Exp"),
  log: simple("Log"),
  sqrt: simple("Sqrt"),
  sigmoid: simple("Sigmoid"),
  tanh: simple("Tanh"),
  erf: simple("Erf"),
  relu: simple("Relu"),
  sign: simple("Sign"),
  stopGradient: (l, v) => l.slots(v)[0]!,
  cast: (l, v) => l.cast(l.slots(v)[0]!, v.attributes.to),
  sum: (l, v) =>
    l.plan.call("Sum", [...l.slots(v), l.plan.int32s(v.attributes.axes)], [bool("keep_dims", true)]),
  reshape: (l, v) => l.reshape(l.slots(v)[0]!, v.attributes.shape),
  expand: (l, v) => l.plan.call("BroadcastTo", [...l.slots(v), l.plan.int32s(v.attributes.shape)]),
  transpose: (l, v) => l.plan.call("Transpose", [...l.slots(v), l.plan.int32s(v.attributes.permutation)]),
  sliceLast: (l, v) => {
    const begin = v.shape.map((_, axis) => (axis === v.shape.length - 1 ? v.attributes.start : 0));
    return l.plan.call("Slice", [...l.slots(v), l.plan.int32s(begin), l.plan.int32s(v.shape)]);
  },
  padLast: (l, v) => {
    const before = v.attributes.start;
    const behind = v.shape.at(-1)! - v.inputs[0]!.shape.at(-1)! - before;
    const others = v.shape.slice(1).flatMap(() => [0, 0]);
    return l.plan.call("Pad", [
      ...l.slots(v),
      l.plan.int32s([...others, before, behind], [v.shape.length, 2]),
    ]);
  },
  matMul: (l, v) => {
    const { transposeA, transposeB } = v.attributes;
    const operands = l.operands(v);
    const product =
      v.shape.length === 2
        ? l.plan.call("MatMul", operands, [bool("transpose_a", transposeA), bool("transpose_b", transposeB)])
        : l.plan.call("BatchMatMulV2", operands, [bool("adj_x", transposeA), bool("adj_y", transposeB)]);
    return l.computeDtype === "float32" ? product : l.cast(product, "float32");
  },
  softmax: simple("Softmax"),
  gelu: (l, v) => {
    const [x] = l.slots(v) as [Slot];
    const erf = l.plan.call("Erf", [l.plan.call("Mul", [x, l.plan.scalar(Math.SQRT1_2)])]);
    const twice = l.plan.call("AddV2", [erf, l.plan.scalar(1)]);
    return l.plan.call("Mul", [x, l.plan.call("Mul", [twice, l.plan.scalar(0.5)])]);
  },
  layerNorm: (l, v) => {
    const [x, weight, bias] = l.slots(v) as [Slot, Slot, Slot];
    const centred = l.plan.call("Sub", [x, l.meanOfLast(x, v)]);
    const variance = l.meanOfLast(l.plan.call("Mul", [centred, centred]), v);
    const normed = l.plan.call("Mul", [centred, l.inverseRoot(variance, v.attributes.epsilon)]);
    return l.plan.call("AddV2", [l.plan.call("Mul", [normed, weight]), bias]);
  },
  rmsNorm: (l, v) => {
    const [x, weight] = l.slots(v) as [Slot, Slot];
    const meanSquare = l.meanOfLast(l.plan.call("Mul", [x, x]), v);
    const normed = l.plan.call("Mul", [x, l.inverseRoot(meanSquare, v.attributes.epsilon)]);
    return l.plan.call("Mul", [normed, weight]);
  },
  rotary: (l, v) => {
    const [x, positions, cos, sin] = l.slots(v) as [Slot, Slot, Slot, Slot];
    const [batch, , seq, headDim] = v.shape as [number, number, number, number];
    const axis = l.plan.int32(3);
    // Tables `[batch, seq, headDim / 2]` as `[batch, 1, seq, headDim / 2]`, for all heads.
    const rows = (table: Slot): Slot =>
      l.reshape(l.plan.call("GatherV2", [table, positions, l.plan.int32(0)]), [batch, 1, seq, headDim / 2]);
    const [c, s] = [rows(cos), rows(sin)];
    const [low, high] = l.plan.calls("Split", [axis, x], [int("num_split", 2)], 2) as [Slot, Slot];
    const mul = (a: Slot, b: Slot): Slot => l.plan.call("Mul", [a, b]);
    const [plus, minus] = v.attributes.inverse ? (["Sub", "AddV2"] as const) : (["AddV2", "Sub"] as const);
    const halves = [
      l.plan.call(minus, [mul(low, c), mul(high, s)]),
      l.plan.call(plus, [mul(high, c), mul(low, s)]),
    ];
    return l.plan.call("ConcatV2", [...halves, axis], [int("N", 2), type("T", DATA_TYPE.float32)]);
  },
  gatherRows: (l, v) => l.plan.call("GatherV2", [...l.slots(v), l.plan.int32(0)]),
  scatterAddRows: (l, v) =>
    l.plan.call("UnsortedSegmentSum", [...l.slots(v), l.plan.int32(v.attributes.rows)]),
  gatherColumns: (l, v) => {
    const [x, columns] = l.slots(v) as [Slot, Slot];
    return elementOfEachRow(l, x, columns);
  },
  addToColumns: (l, v) => {
    const [x, columns, amounts] = l.slots(v) as [Slot, Slot, Slot];
    const data = BigInt64Array.from({ length: v.shape[0]! }, (_, row) => BigInt(row));
    const rows = l.plan.constant({ dtype: "int64", shape: [data.length], data });
    const pair = [int("N", 2), type("T", DATA_TYPE.int64), int("axis", 1)];
    const places = l.plan.call("Pack", [rows, columns], pair); // [n, 2]
    return l.plan.call("TensorScatterAdd", [x, places, amounts]);
  },
  crossEntropy: (l, v) => {
    const [logits, labels] = l.slots(v) as [Slot, Slot];
    return l.plan.call("Neg", [elementOfEachRow(l, l.plan.call("LogSoftmax", [logits]), labels)]);
  },
  argMax: (l, v) =>
    l.plan.call("ArgMax", [...l.slots(v), l.plan.int32(-1)], [type("output_type", DATA_TYPE.int64)]),
  decode4bit: (l, v) => {
    const { levels, blockSize } = v.attributes;
    const [codes, absmax] = l.slots(v) as [Slot, Slot];
    const table = l.plan.constant({ dtype: "float32", shape: [256, 2], data: byteTable(levels) });
    const bytes = l.cast(codes, "int32");
    const pairs = l.plan.call("GatherV2", [table, bytes, l.plan.int32(0)]); // [codes, 2]
    const size = sizeOf(v.shape);
    const decoded = 2 * v.inputs[0]!.shape[0]!;
    const blocks = v.inputs[1]!.shape[0]!;
    // Short last blocks of 4-bit weights are padded, scaled by absmax, and cut again.
    const filled = blocks * blockSize;
    const flat = l.reshape(pairs, [decoded]);
    const full = filled === decoded ? flat : padded(l, flat, filled - decoded);
    const scaled = l.plan.call("Mul", [l.reshape(full, [blocks, blockSize]), l.reshape(absmax, [blocks, 1])]);
    if (size === filled) return l.reshape(scaled, v.shape);
    const range = [l.plan.int32s([0]), l.plan.int32s([size])];
    return l.reshape(l.plan.call("Slice", [l.reshape(scaled, [filled]), ...range]), v.shape);
  },
};

/** Vector followed by `count` zeros. */
function padded(l: Lowering, vector: Slot, count: number): Slot {
  return l.plan.call("Pad", [vector, l.plan.int32s([0, count], [1, 2])]);
}

/** Element x[i, columns[i]] from each row of x `[n, width]`: `[n]`. */
function elementOfEachRow(l: Lowering, x: Slot, columns: Slot): Slot {
  return l.plan.call("GatherV2", [x, columns, l.plan.int32(1)], [int("batch_dims", 1)]);
}
