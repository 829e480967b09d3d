import type { Program } from "../program.ts";
import { type Shape, sizeOf } from "../tensor.ts";
import { hoistDecoding } from "./hoist.ts";
import type { Initializer, OnnxNode } from "./model.ts";
import { lowered } from "./to-onnx.ts";

/** Memory for a run on onnxruntime's CPU, without inputs and outputs in the caller's memory. */
export interface RunMemory {
  readonly allocations: readonly RunAllocation[];
  /** Bytes for 4-bit weights decoded to float32 before the run. */
  readonly decodedBytes: number;
}

/**
 * Predicts a run's memory from shapes and lifetimes in execution order.
 * @param isCallers true for an output written into the caller's memory. (default: none)
 */
export function runMemory(program: Program, isCallers: (output: string) => boolean = () => false): RunMemory {
  const { program: hoisted, weights } = hoistDecoding(program);
  const { lowering, nodes } = lowered(hoisted);
  const outputs = Object.entries(hoisted.outputs);
  const sizes: Iterable<readonly [string, Size]> = [
    ...hoisted.steps.map((value) => [lowering.name(value), value] as const),
    ...lowering.initializers.map((tensor) => [tensor.name, tensor] as const),
    ...hoisted.inputs.map(({ name, value }) => [name, value] as const),
    ...outputs,
  ];
  const allocations = plannedAllocations({
    nodes: executionOrder(nodes),
    sizes: new Map(sizes),
    outputs: new Set(outputs.map(([name]) => name)),
    initializers: lowering.initializers,
    isCallers,
  });
  return { allocations, decodedBytes: weights.reduce((sum, { value }) => sum + bytesOf(value), 0) };
}

/** Sorts nodes in onnxruntime's execution order. Source: Graph::ReverseDFSFrom of onnxruntime, core/graph/graph.cc. */
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

/** Type and shape of a value, which decide its bytes, and which values may reuse the memory. */
interface Size {
  readonly dtype: Initializer["dtype"];
  readonly shape: Shape;
}

const BYTES: Readonly<Record<Size["dtype"], number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  uint8: 1,
  int64: 8,
};

const bytesOf = ({ dtype, shape }: Size): number => BYTES[dtype] * sizeOf(shape);
const sizeKey = ({ dtype, shape }: Size): string => `${BYTES[dtype]} ${shape.join(",")}`;

/** Operations whose result aliases the input. Source: `Alias` in onnxruntime's CPU kernels. */
const ALIAS: ReadonlySet<string> = new Set(["Reshape", "Identity"]);

/**
 * Operations that overwrite their first input if nothing else needs it. Sums and products are not among them. Source:
 * `MayInplace` in the CPU kernels of onnxruntime 1.30, checked by counting allocations.
 */
const IN_PLACE: ReadonlySet<string> = new Set([
  "Sigmoid",
  "Tanh",
  "Relu",
  "Softmax",
  "LogSoftmax",
  "ScatterElements",
]);

/** Memory that a run takes before one node and frees after another. */
export interface RunAllocation {
  readonly bytes: number;
  /** Place of the node in execution order before which the memory is taken. */
  readonly start: number;
  readonly end: number;
}

/** Memory block reused by successive values. */
interface Block extends RunAllocation {
  readonly size: Size;
  end: number;
  /** Remaining uses of the block's values; never 0 for inputs and outputs. */
  uses: number;
}

interface MemoryPlanOptions {
  readonly nodes: readonly OnnxNode[];
  readonly sizes: ReadonlyMap<string, Size>;
  readonly outputs: ReadonlySet<string>;
  readonly initializers: readonly Initializer[];
  /** True for an output in the caller's memory, which is not counted. */
  readonly isCallers: (output: string) => boolean;
}

/**
 * Allocations in a run, inputs excluded; reuse follows onnxruntime's static plan. Source: PlannerImpl of onnxruntime,
 * core/framework/allocation_planner.cc (FindReusableInput, FindReusableTensor).
 */
function plannedAllocations(options: MemoryPlanOptions): RunAllocation[] {
  const { nodes, outputs, isCallers } = options;
  const sizes = new Map(options.sizes);
  const shapeData = new Map(options.initializers.map(({ name, data }) => [name, data]));
  const uses = countUses(nodes);
  const blocks = new Map<string, Block>();
  const free = new Map<string, Block[]>();
  const all: Block[] = [];

  nodes.forEach((node, place) => {
    const name = node.outputs[0]!;
    const size = sizes.get(name) ?? temporarySize(node, sizes, shapeData);
    sizes.set(name, size);
    const block = (outputs.has(name) ? undefined : reused(node, size)) ?? allocated(name, size, place);
    block.uses += outputs.has(name) ? Number.POSITIVE_INFINITY : (uses.get(name) ?? 0);
    block.end = Math.max(block.end, place);
    blocks.set(name, block);
    // ScatterElements copies the indices.
    if (node.opType === "ScatterElements") addCopy(sizes.get(node.inputs[1]!)!, place);
    for (const input of node.inputs) release(input, place);
  });
  return all.filter(({ bytes }) => bytes > 0);

  function allocated(name: string, size: Size, place: number): Block {
    const isOutput = outputs.has(name);
    const bytes = isOutput && isCallers(name) ? 0 : bytesOf(size);
    const block = { size, bytes, start: place, end: isOutput ? nodes.length : place, uses: 0 };
    all.push(block);
    return block;
  }

  function addCopy(size: Size, place: number): void {
    all.push({ size, bytes: bytesOf(size), start: place, end: place, uses: 0 });
  }

  function reused({ opType, inputs }: OnnxNode, size: Size): Block | undefined {
    if (ALIAS.has(opType)) return blocks.get(inputs[0]!) ?? ofInput(size);
    const first = IN_PLACE.has(opType) ? blocks.get(inputs[0]!) : undefined;
    if (first?.uses === 1 && sizeKey(sizes.get(inputs[0]!)!) === sizeKey(size)) return first;
    return free.get(sizeKey(size))?.pop();
  }

  function release(name: string, place: number): void {
    const block = blocks.get(name);
    if (!block) return;
    block.end = Math.max(block.end, place);
    if (--block.uses > 0) return;
    const key = sizeKey(block.size);
    free.set(key, [...(free.get(key) ?? []), block]);
  }
}

/** Block for an aliased input: the caller's memory. */
const ofInput = (size: Size): Block => ({
  size,
  bytes: 0,
  start: 0,
  end: 0,
  uses: Number.POSITIVE_INFINITY,
});

function countUses(nodes: readonly OnnxNode[]): Map<string, number> {
  const uses = new Map<string, number>();
  for (const { inputs } of nodes) for (const name of inputs) uses.set(name, (uses.get(name) ?? 0) + 1);
  return uses;
}

function temporarySize(
  { opType, inputs }: OnnxNode,
  sizes: ReadonlyMap<string, Size>,
  shapeData: ReadonlyMap<string, ArrayLike<number | bigint>>,
): Size {
  const [first, second] = inputs.map((name) => sizes.get(name));
  switch (opType) {
    case "Reshape":
    case "Neg":
    case "LogSoftmax":
      return first!;
    case "GatherElements":
      return { dtype: first!.dtype, shape: second!.shape };
    case "Expand":
      return { dtype: first!.dtype, shape: Array.from(shapeData.get(inputs[1]!)!, Number) };
    default:
      throw new Error(`the size of a temporary ${opType} is not known`);
  }
}
