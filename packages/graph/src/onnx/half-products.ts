import { type HalfDtype, halfBits, scaledOperand } from "../compute-dtype.ts";
import type { Program } from "../program.ts";
import type { Tensors } from "../runtime.ts";
import { floats } from "../tensor.ts";
import type { Value } from "../value.ts";
import type { Lowering } from "./lower.ts";
import { DATA_TYPE } from "./model.ts";

/**
 * Matrix products in a type of two bytes: both operands are cast to it, each once a program, and the result is cast back.
 * A bound weight is rounded here and stored in that type.
 */
export function halfProducts(program: Program, type: HalfDtype, constants: Tensors) {
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
