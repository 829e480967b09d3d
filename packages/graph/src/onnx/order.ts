import type { OnnxNode } from "./model.ts";

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
