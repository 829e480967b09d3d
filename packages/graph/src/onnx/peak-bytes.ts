import type { Program } from "../program.ts";
import { executionOrder } from "./execution-order.ts";
import { hoistDequantize } from "./hoist.ts";
import { bytesOf, plannedPeak, type Size } from "./memory-plan.ts";
import { lowered } from "./to-onnx.ts";

/**
 * The most bytes that the values of `program` take at one time while it runs on onnxruntime's CPU, from its shapes and
 * their lifetimes in the order in which it is executed. Its inputs are not counted, nor the weights that are decoded for
 * it ({@link decodedBytes}), nor outputs that are written where the caller says.
 *
 * @param isGiven whether the caller says where an output is written. (default: none)
 */
export function peakBytes(program: Program, isGiven: (output: string) => boolean = () => false): number {
  const hoisted = hoistDequantize(program).program;
  const { lowering, nodes } = lowered(hoisted);
  const outputs = Object.entries(hoisted.outputs);
  const sizes: Iterable<readonly [string, Size]> = [
    ...hoisted.steps.map((value) => [lowering.name(value), value] as const),
    ...lowering.initializers.map((tensor) => [tensor.name, tensor] as const),
    ...hoisted.inputs.map(({ name, value }) => [name, value] as const),
    ...outputs,
  ];
  return plannedPeak({
    nodes: executionOrder(nodes),
    sizes: new Map(sizes),
    outputs: new Set(outputs.map(([name]) => name)),
    initializers: lowering.initializers,
    isGiven,
  });
}

/** Bytes of the 4-bit weights that are decoded to float32 before `program` runs on the CPU. */
export function decodedBytes(program: Program): number {
  return hoistDequantize(program).weights.reduce((sum, { value }) => sum + bytesOf(value), 0);
}
