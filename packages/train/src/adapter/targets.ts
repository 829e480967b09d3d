import { InputError } from "@lorank/core";
import type { Family, HeadModule, LinearLayer } from "../models/family.ts";

/** A linear layer that can carry an adapter; its path is that of the checkpoint, in full. */
export interface TargetLayer extends LinearLayer {
  /** Path inside its block; the full path in a head. */
  readonly pathInModule: string;
}

/** Every linear layer of a model that an adapter can sit on, in the order of the checkpoint. */
export function adaptableLayers(family: Family, head: HeadModule): TargetLayer[] {
  const layers: TargetLayer[] = [];
  for (let layer = 0; layer < family.layers; layer++) {
    for (const linear of family.linears) {
      layers.push({
        ...linear,
        pathInModule: linear.path,
        path: `${family.blockPath(layer)}.${linear.path}`,
      });
    }
  }
  for (const linear of head.linears) {
    if (head.targets.includes(linear.path)) layers.push({ ...linear, pathInModule: linear.path });
  }
  return layers;
}

/**
 * The layers that `targetModules` names, each by its whole path or by the last parts of it, as PEFT matches a list.
 * None for rank 0. Throws E_TARGET for a name without a layer, and E_RANK for a rank above the smaller side of a
 * target, where A and B would hold more numbers than they can use.
 */
export function resolveTargets(
  family: Family,
  head: HeadModule,
  targetModules: readonly string[],
  rank: number,
): TargetLayer[] {
  const layers = adaptableLayers(family, head);
  const unmatched = targetModules.filter((name) => !layers.some(({ path }) => endsIn(path, name)));
  if (unmatched.length > 0) {
    const problems = unmatched.map((name) => `no layer matches "${name}"`).join("; ");
    const known = targetNames(family, head).join(", ");
    throw new InputError("E_TARGET", `${problems}. This model has: ${known}`);
  }
  if (rank === 0) return [];
  const targets = layers.filter(({ path }) => targetModules.some((name) => endsIn(path, name)));
  for (const { pathInModule, inDim, outDim } of targets) {
    if (rank > Math.min(inDim, outDim)) {
      throw new InputError(
        "E_RANK",
        `rank must be at most ${Math.min(inDim, outDim)}, the smaller side of ${pathInModule} [${outDim}, ${inDim}], got ${rank}`,
      );
    }
  }
  return targets;
}

/**
 * Names for all layers that can carry an adapter, as short as they can be without taking in a layer that cannot:
 * `dense` in BERT, but `output.dense` and `intermediate.dense` in RoBERTa, whose head has a `dense` too.
 */
export function targetNames(family: Family, head: HeadModule): string[] {
  const layers = adaptableLayers(family, head);
  const others = head.linears.filter(({ path }) => !head.targets.includes(path));
  const names = layers.map(({ pathInModule }) => {
    const parts = pathInModule.split(".");
    for (let length = 1; length < parts.length; length++) {
      const name = parts.slice(-length).join(".");
      if (!others.some(({ path }) => endsIn(path, name))) return name;
    }
    return pathInModule;
  });
  return [...new Set(names)];
}

function endsIn(path: string, name: string): boolean {
  return path === name || path.endsWith(`.${name}`);
}
