import type { Program } from "../program.ts";
import { hoistDecoding } from "./hoist.ts";
import { bytesOf, plannedAllocations, type RunAllocation, type Size } from "./memory-plan.ts";
import type { OnnxNode } from "./model.ts";
import { lowered } from "./to-onnx.ts";

/**
 * What `program` allocates while it runs on onnxruntime's CPU, from its shapes and their lifetimes in the order in which it
 * is executed. Not its inputs, nor the weights that are decoded for it ({@link decodedBytes}), nor outputs that are
 * written where the caller says.
 *
 * @param isGiven whether the caller says where an output is written. (default: none)
 */
export function runAllocations(
  program: Program,
  isGiven: (output: string) => boolean = () => false,
): RunAllocation[] {
  const hoisted = hoistDecoding(program).program;
  const { lowering, nodes } = lowered(hoisted);
  const outputs = Object.entries(hoisted.outputs);
  const sizes: Iterable<readonly [string, Size]> = [
    ...hoisted.steps.map((value) => [lowering.name(value), value] as const),
    ...lowering.initializers.map((tensor) => [tensor.name, tensor] as const),
    ...hoisted.inputs.map(({ name, value }) => [name, value] as const),
    ...outputs,
  ];
  return plannedAllocations({
    nodes: executionOrder(nodes),
    sizes: new Map(sizes),
    outputs: new Set(outputs.map(([name]) => name)),
    initializers: lowering.initializers,
    isGiven,
  });
}

/** The most bytes that {@link runAllocations} take at one time. */
export function peakBytes(program: Program, isGiven?: (output: string) => boolean): number {
  const allocations = runAllocations(program, isGiven);
  const liveAt = (place: number): number =>
    allocations.reduce(
      (sum, { bytes, start, end }) => (start <= place && place <= end ? sum + bytes : sum),
      0,
    );
  return allocations.reduce((most, { start }) => Math.max(most, liveAt(start)), 0);
}

/** Bytes of the 4-bit weights that are decoded to float32 before `program` runs on the CPU. */
export function decodedBytes(program: Program): number {
  return hoistDecoding(program).weights.reduce((sum, { value }) => sum + bytesOf(value), 0);
}

/**
 * The order in which onnxruntime runs a model's nodes: depth first from the last of the nodes whose results no other
 * takes, what stands later in the model first. Source: Graph::ReverseDFSFrom of onnxruntime, core/graph/graph.cc.
 */
export function executionOrder(nodes: readonly OnnxNode[]): OnnxNode[] {
  const makers = new Map(nodes.flatMap((node, i) => node.outputs.map((name) => [name, i] as const)));
  const taken = new Set(nodes.flatMap(({ inputs }) => inputs));
  const ordered: OnnxNode[] = [];
  const visited = new Set<number>();
  const stack = [...nodes.keys()]
    .filter((i) => !nodes[i]!.outputs.some((name) => taken.has(name)))
    .map((node) => ({ node, leaves: false }));
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const { node, leaves } = entry;
    if (leaves) ordered.push(nodes[node]!);
    if (leaves || visited.has(node)) continue;
    visited.add(node);
    stack.push({ node, leaves: true });
    const needed = nodes[node]!.inputs.map((name) => makers.get(name)).filter((i) => i !== undefined);
    for (const i of [...new Set(needed)].sort((a, b) => a - b))
      if (!visited.has(i)) stack.push({ node: i, leaves: false });
  }
  return ordered;
}
