import type { ModelShape, TrainableModel } from "@lorank/core";
import type { Family, LayerKind } from "./family.ts";
import { ropeOf } from "./rope.ts";

/** A model's shapes as far as no head matters. */
export function headlessShape({ shape }: TrainableModel): ModelShape {
  return shape({ kind: "classification", labels: 1 }); // the only head that every family can have
}

/** What a family takes over from its config as it was read. */
export function readFamily(
  model: TrainableModel,
): Omit<Family, "attends" | "embeddings" | "vectors" | "keyValuePaths" | "block" | "head"> {
  const { layers, hiddenSize, vocabSize, layersPath, linears } = headlessShape(model);
  const { maxPositions, padTokenId, initializerRange, layerKinds } = model.computation;
  const inBlocks = linears.filter(({ role }) => role === "block");
  const kinds = new Map(
    [...new Set(layerKinds)].map((kind) => {
      const { name, window, rope } = kind;
      const made: LayerKind = {
        name,
        ...(window === null ? {} : { window }),
        ...(rope === null ? {} : { rope: ropeOf(rope) }),
      };
      return [kind, made];
    }),
  );
  return {
    modelType: model.modelType,
    layers,
    hiddenSize,
    vocabSize,
    ...(maxPositions === null ? {} : { maxPositions }),
    padTokenId,
    initializerRange,
    basePrefix: layersPath.slice(0, layersPath.indexOf(".") + 1),
    linears: inBlocks.map((linear) => ({ ...linear, path: linear.path.slice(`${layersPath}.*.`.length) })),
    blockPath: (layer) => `${layersPath}.${layer}`,
    kindOf: (layer) => kinds.get(layerKinds[layer]!)!,
  };
}
