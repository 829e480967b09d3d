import { patternLookup } from "@lorank/checkpoint";
import { assertRank, InputError, kindOf, scalingOf } from "@lorank/core";
import { type TargetLayer, targetLayers } from "@lorank/core/models";
import type { LoraSpec } from "@lorank/evidence/schema";
import type { HeadModule } from "../families/family.ts";

export interface LoraShape {
  readonly rank: number;
  readonly scaling: number;
}

export interface AdapterShape {
  /** Dropout probability per element of an adapted layer's input. */
  readonly dropout: number;
  /** True for DoRA: each row has a trained magnitude. */
  readonly hasMagnitudes: boolean;
  /** Adapted layers, rank and scaling of each, by full module path. */
  readonly modules: ReadonlyMap<string, LoraShape>;
}

export const noAdapter: AdapterShape = { dropout: 0, hasMagnitudes: false, modules: new Map() };

export function adapterShape(lora: LoraSpec, targets: readonly AdaptedLayer[]): AdapterShape {
  if (lora.rank === 0) return noAdapter;
  const alphaOf = layerAlphas(lora);
  return {
    dropout: lora.dropout,
    hasMagnitudes: kindOf(lora).hasMagnitudes,
    modules: new Map(
      targets.map(({ path, rank }) => [
        path,
        { rank, scaling: scalingOf(lora.scalingRule, alphaOf(path), rank) },
      ]),
    ),
  };
}

/** Alpha of an adapted layer, by its path. */
export function layerAlphas({
  alpha,
  alphaPattern = [],
}: Pick<LoraSpec, "alpha" | "alphaPattern">): (path: string) => number {
  const own = patternLookup(
    "alphaPattern",
    alphaPattern.map((one) => [one.pattern, one.alpha]),
  );
  return (path) => own(path) ?? alpha;
}

/** Layer that gets an adapter, and the adapter's rank there. */
export interface AdaptedLayer extends TargetLayer {
  readonly rank: number;
}

/** Members of a spec that name layers, and give their ranks. */
export interface Placement extends Pick<LoraSpec, "rank" | "rankPattern" | "alphaPattern"> {
  readonly targetModules: readonly string[] | "all-linear";
}

/**
 * Layers that get an adapter; none for rank 0.
 * @throws InputError E_TARGET for a name or a pattern without a layer, E_PEFT for a malformed pattern. E_RANK for a rank
 * above a layer's smaller side.
 */
export function resolveTargets(
  { shape }: HeadModule,
  { rank, targetModules, rankPattern = [], alphaPattern = [] }: Placement,
): readonly AdaptedLayer[] {
  const layers = targetLayers(shape, targetModules);
  if (rank === 0) {
    if (rankPattern.length === 0) return [];
    throw new InputError("E_RANK", "rank must be at least 1 where rankPattern gives others, got 0");
  }
  assertMatching("rankPattern", rankPattern, layers);
  assertMatching("alphaPattern", alphaPattern, layers);
  const own = patternLookup(
    "rankPattern",
    rankPattern.map((one) => [one.pattern, one.rank]),
  );
  const targets = layers.map((layer) => ({ ...layer, rank: own(layer.path) ?? rank }));
  for (const each of new Set(targets.map((layer) => layer.rank))) {
    assertRank(
      each,
      targets.filter((layer) => layer.rank === each),
    );
  }
  return targets;
}

/** Throws E_TARGET naming each pattern that matches no adapted layer, for a misspelt one would train something else. */
function assertMatching(
  field: string,
  patterns: readonly { readonly pattern: string }[],
  layers: readonly TargetLayer[],
): void {
  const idle = patterns.filter(({ pattern }) => {
    const match = patternLookup(field, [[pattern, 1]]);
    return layers.every(({ path }) => match(path) === undefined);
  });
  if (idle.length === 0) return;
  const named = idle.map(({ pattern }) => JSON.stringify(pattern)).join(", ");
  throw new InputError(
    "E_TARGET",
    `each pattern of ${field} must match an adapted layer, such as ${layers[0]!.path}, got ${named}`,
  );
}

export const loraAName = (path: string): string => `${path}.lora_A.weight`;
export const loraBName = (path: string): string => `${path}.lora_B.weight`;
export const magnitudeName = (path: string): string => `${path}.lora_magnitude_vector`;

/** True for a parameter of an adapter, false for a head's. */
export const isLoraName = (name: string): boolean => name.includes(".lora_");
