import { type ModelLinear, pathInLayer, singleLinears } from "./linear-shapes.ts";
import type { ModelShape } from "./shape.ts";

/** Part of a model's blocks: attention's layers, or all others, which are the feed-forward network's and its experts'. */
export type TargetGroup = "attention" | "mlp";

export const targetGroups: readonly TargetGroup[] = ["attention", "mlp"];

/** Module of attention in any family: `self_attn`, `attention`, `linear_attn`. */
const ofAttention = /attn|attention/;

/**
 * Names for `targetLayers` that select a group's layers and no others: a path's last parts, or whole paths where another
 * layer ends in them. BERT's `output.dense` of the feed-forward layer is also the end of `attention.output.dense`.
 */
export function groupNames({ linears, headLinears }: ModelShape, group: TargetGroup): string[] {
  // Input tensors do not tell: in a parallel block both parts read one.
  const isOfGroup = ({ role, path }: ModelLinear): boolean =>
    role === "block" && ofAttention.test(pathInLayer(path)) === (group === "attention");
  const others = [...linears.filter((linear) => !isOfGroup(linear)), ...headLinears].map(({ path }) =>
    pathInLayer(path),
  );
  const names = linears.filter(isOfGroup).flatMap((linear) => {
    const parts = pathInLayer(linear.path).split(".");
    const ends = parts.map((_, index) => parts.slice(-1 - index).join("."));
    const end = ends.find((name) => !others.some((path) => path === name || path.endsWith(`.${name}`)));
    return end === undefined ? singleLinears(linear).map(({ path }) => path) : [end];
  });
  return [...new Set(names)];
}
