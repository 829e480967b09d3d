import type { LinearInput, ModelLinear } from "../linear-shapes.ts";

/** Describes a linear layer at `path` in each of `layers` layers, or of `more.inLayers`, named by the last part of its path. */
export function layerLinear(
  layers: number,
  path: string,
  inDim: number,
  outDim: number,
  reads: LinearInput,
  more: Partial<Omit<ModelLinear, "path" | "inDim" | "outDim" | "reads" | "count">> = {},
): ModelLinear {
  const { inLayers, perLayer = 1, ...rest } = more;
  return {
    name: path.slice(path.lastIndexOf(".") + 1),
    inDim,
    outDim,
    count: (inLayers?.length ?? layers) * perLayer,
    path,
    role: "block",
    reads,
    bias: false,
    ...(inLayers !== undefined && inLayers.length < layers ? { inLayers } : {}),
    ...(perLayer > 1 ? { perLayer } : {}),
    ...rest,
  };
}
