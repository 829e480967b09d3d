import type { OnnxNode } from "./model.ts";

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
