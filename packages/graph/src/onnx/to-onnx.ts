import { type ComputeDtype, type HalfDtype, halfBits, scaledOperand } from "../compute-dtype.ts";
import type { Program } from "../program.ts";
import { freeInputs, type Tensors } from "../runtime.ts";
import { floats } from "../tensor.ts";
import type { Value } from "../value.ts";
import { Lowering, lowerings } from "./lower.ts";
import { DATA_TYPE, encodeModel, type OnnxNode } from "./model.ts";
import { portableLowerings } from "./portable.ts";

export interface ToOnnxOptions {
  /** Use only operators that every provider has, rather than those that are fastest on the CPU. (default false) */
  readonly portable?: boolean;
  /** Inputs whose elements are written into the model, by name. (default none) */
  readonly constants?: Tensors;
  /** What the operands of matrix products are rounded to, and their results. (default "float32") */
  readonly computeDtype?: ComputeDtype;
  /** Name of one more output, before the others: a sequence of no tensors. (default none) */
  readonly emptySequence?: string | undefined;
}

/** Compiles a program to the bytes of an ONNX model whose inputs and outputs have the program's names. */
export function toOnnx(program: Program, options: ToOnnxOptions = {}): Uint8Array {
  const { portable = false, constants = {}, computeDtype = "float32", emptySequence } = options;
  const free = freeInputs(program, constants);
  const { lowering, nodes } = lowered(program, { portable, constants, computeDtype });
  // A weight that products alone read is there in their type and no other.
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  return encodeModel({
    inputs: free.map(({ name, value }) => ({ name, dtype: value.dtype, shape: value.shape })),
    outputs: Object.entries(program.outputs).map(([name, { dtype, shape }]) => ({ name, dtype, shape })),
    initializers: [
      ...lowering.initializers,
      ...Object.entries(constants).flatMap(([name, tensor]) => (read.has(name) ? [{ name, ...tensor }] : [])),
    ],
    nodes,
    emptySequence,
  });
}

/** A program's nodes as they are written, and the state of their compilation. */
export function lowered(
  program: Program,
  { portable = false, constants = {}, computeDtype = "float32" }: ToOnnxOptions = {},
): { readonly lowering: Lowering; readonly nodes: readonly OnnxNode[] } {
  const rules = {
    ...lowerings,
    ...(portable ? portableLowerings : {}),
    ...(computeDtype === "float32" ? {} : halfProducts(program, computeDtype, constants)),
  };
  const lowering = new Lowering(program, rules, computeDtype === "float32");
  for (const value of program.steps) lowering.lower(value);
  return { lowering, nodes: endsFirst([...lowering.nodes, ...lowering.outputAliases()]) };
}

/**
 * Matrix products in a type of two bytes: both operands are cast to it, each once a program, and the result is cast back.
 * A bound weight is rounded here and stored in that type.
 */
function halfProducts(program: Program, type: HalfDtype, constants: Tensors) {
  const bound = new Map(
    program.inputs.flatMap(({ name, value }) => (constants[name] ? [[value, constants[name]] as const] : [])),
  );
  const rounded = new Map<string, string>();

  function operand(l: Lowering, x: Value, factor: number): string {
    const key = `${l.name(x)} ${factor}`;
    const known = rounded.get(key);
    if (known !== undefined) return known;
    const made = cast(l, x, factor);
    rounded.set(key, made);
    return made;
  }

  function cast(l: Lowering, x: Value, factor: number): string {
    const constant = bound.get(x);
    if (constant && factor === 1) {
      const name = `${l.name(x)}.${type}`;
      l.initializers.push({ name, dtype: type, shape: x.shape, data: halfBits(type, floats(constant)) });
      return name;
    }
    const scaled =
      factor === 1
        ? l.name(x)
        : l.temporary("Mul", [l.name(x), l.constant(Float32Array.of(factor), [], "float32")]);
    return l.temporary("Cast", [scaled], { to: DATA_TYPE[type] });
  }

  return {
    matMul: (l: Lowering, v: Value<"matMul">): void => {
      const { transposeA, transposeB, alpha } = v.attributes;
      const scaled = scaledOperand(v);
      const sides = v.inputs.map((x, i) => operand(l, x, i === scaled ? alpha : 1));
      const product = (): string => {
        if (v.shape.length === 2)
          return l.temporary("Gemm", sides, { transA: +transposeA, transB: +transposeB });
        // No provider has a product of batches with transposes that is in the standard.
        const axes = v.shape.map((_, axis) => axis);
        const perm = [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
        const turned = sides.map((side, i) =>
          [transposeA, transposeB][i] ? l.temporary("Transpose", [side], { perm }) : side,
        );
        return l.temporary("MatMul", turned);
      };
      l.emit(v, "Cast", [product()], { to: DATA_TYPE.float32 });
    },
  };
}

/**
 * Nodes in the order that makes onnxruntime compute each result as soon as it can. It begins with the last node of those
 * whose results no other node takes, does what that needs, and goes on with the one before. In the order of a backward
 * graph it would run along the chain of gradients to the input's first, and hold whatever the gradients of weights need
 * until the end. Source: Graph::ReverseDFSFrom of onnxruntime, core/graph/graph.cc.
 */
export function endsFirst(nodes: readonly OnnxNode[]): OnnxNode[] {
  const taken = new Set(nodes.flatMap(({ inputs }) => inputs));
  const isEnd = ({ outputs }: OnnxNode): boolean => outputs.every((name) => !taken.has(name));
  return [...nodes.filter((node) => !isEnd(node)), ...nodes.filter(isEnd).reverse()];
}
