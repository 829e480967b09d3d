import { InputError } from "@lorank/core";
import type { Family } from "../models/family.ts";

/**
 * Paths within a block of the linear layers that `targetModules` names, by last part (`q_proj`) or dotted end
 * (`self_attn.q_proj`), as PEFT matches them. Throws E_TARGET for a name without a layer, and E_RANK for a rank
 * above the smaller side of a target, where A and B would hold more numbers than they can use.
 */
export function resolveTargets(
  family: Family,
  targetModules: readonly string[],
  rank: number,
): ReadonlySet<string> {
  const targets = new Set<string>();
  const problems: string[] = [];
  for (const name of targetModules) {
    const found = family.linears.filter(({ path }) => path === name || path.endsWith(`.${name}`));
    if (found.length === 0) problems.push(`no layer matches "${name}"`);
    for (const { path } of found) targets.add(path);
  }
  const known = family.linears.map(({ path }) => path.slice(path.lastIndexOf(".") + 1)).join(", ");
  if (problems.length > 0)
    throw new InputError("E_TARGET", `${problems.join("; ")}. This model has: ${known}`);
  if (rank === 0) return new Set();
  for (const { path, inDim, outDim } of family.linears) {
    if (targets.has(path) && rank > Math.min(inDim, outDim)) {
      throw new InputError(
        "E_RANK",
        `rank must be at most ${Math.min(inDim, outDim)}, the smaller side of ${path} [${outDim}, ${inDim}], got ${rank}`,
      );
    }
  }
  return targets;
}
