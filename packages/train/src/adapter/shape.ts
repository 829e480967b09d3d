import { kindOf, scalingOf, type TargetLayer } from "@lorank/core";
import type { LoraSpec } from "@lorank/core/results";

/** Rank and factor on B·A of one adapted layer. */
export interface LoraShape {
  readonly rank: number;
  readonly scaling: number;
}

/** The adapter that a model's linear layers carry. */
export interface AdapterShape {
  /** Probability that an element of an adapter's input is zeroed while training. */
  readonly dropout: number;
  /** Whether each row of W has a magnitude. */
  readonly hasMagnitudes: boolean;
  /** By full module path; layers that are not listed carry none. */
  readonly modules: ReadonlyMap<string, LoraShape>;
}

export const noAdapter: AdapterShape = { dropout: 0, hasMagnitudes: false, modules: new Map() };

/** One rank and one scaling for all targets. */
export function adapterShape(lora: LoraSpec, targets: readonly TargetLayer[]): AdapterShape {
  if (lora.rank === 0) return noAdapter;
  const shape = { rank: lora.rank, scaling: scalingOf(lora.scalingRule, lora.alpha, lora.rank) };
  return {
    dropout: lora.dropout,
    hasMagnitudes: kindOf(lora).hasMagnitudes,
    modules: new Map(targets.map(({ path }) => [path, shape])),
  };
}
