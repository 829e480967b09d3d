import type { ConfigReader } from "../config-reader.ts";
import type { FeedForwardShape } from "../shape.ts";

/** Experts of a model in its config. */
export interface Experts {
  readonly count: number;
  readonly perToken: number;
  /** Inner width of one expert. */
  readonly width: number;
}

/** Inputs of the experts' matrices: each expert reads its own tokens. */
export const ofExperts = { reads: "experts", readsInner: "own" } as const;
export const ofSharedExperts = { reads: "shared experts", readsInner: "own" } as const;

/** Most experts in all layers together, each of which has a name: eight times those of Kimi K2, 61 · 384. */
const MOST_EXPERTS = 200_000;

export function readExperts(
  config: ConfigReader,
  layers: number,
  fields: { readonly count: string; readonly width: string },
): Experts {
  const count = config.size(fields.count, Math.floor(MOST_EXPERTS / layers));
  const perToken = config.size("num_experts_per_tok");
  if (config.isSound && perToken > count)
    config.problem("num_experts_per_tok", `at most ${fields.count} ${count}`);
  return { count, perToken, width: config.size(fields.width) };
}

/** Feed-forward shape for one token; `sharedWidth` is the inner width of its shared experts. */
export function expertsFeedForward(experts: Experts, sharedWidth: number): FeedForwardShape {
  const { count, perToken, width } = experts;
  return { gated: true, width: perToken * width + sharedWidth, experts: { count, perToken } };
}

/** Splits layers into those for which `isChosen` holds, and the others. */
export function splitLayers(
  layers: number,
  isChosen: (layer: number) => boolean,
): { chosen: number[]; others: number[] } {
  const chosen: number[] = [];
  const others: number[] = [];
  for (let layer = 0; layer < layers; layer += 1) (isChosen(layer) ? chosen : others).push(layer);
  return { chosen, others };
}
